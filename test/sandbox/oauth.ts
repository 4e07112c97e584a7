import { type Answer, json } from './answers.ts';
import { authorize } from './authorize.ts';
import { openDevice } from './device.ts';
import { oauthError } from './errors.ts';
import type { Exchange, Routes } from './exchange.ts';
import { form } from './requests.ts';
import { exchangeToken } from './token.ts';

export const oauthRoutes: Routes = {
  'POST /api/oauth/device/code': openDevice,
  'GET /oauth/authorize': authorize,
  'POST /api/oauth/token': exchangeToken,
  'POST /api/oauth/revoke': revoke,
};

/** RFC 7009: a token that is unknown or revoked already is a success too. */
function revoke({ request, world }: Exchange): Answer {
  const fields = form(request);
  const token = fields?.get('token');
  if (!token) return oauthError(400, 'invalid_request', 'A form with token is required.');
  if (!world.switches.clientIds.includes(fields?.get('client_id') ?? '')) {
    return oauthError(401, 'invalid_client', 'Unknown client_id.');
  }
  const key = world.keys.find(token);
  if (key !== undefined) world.keys.revoke(key);
  return json(200, { success: true });
}
