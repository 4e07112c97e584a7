import { type Answer, json } from './answers.ts';
import { oauthError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { form } from './requests.ts';
import { parseScopes } from './state.ts';

/** The device authorization request, RFC 8628 section 3.1. */
export function openDevice({ request, world }: Exchange): Answer {
  const fields = form(request);
  if (fields === undefined) return oauthError(400, 'invalid_request', 'A form is required.');
  const clientId = fields.get('client_id') ?? '';
  if (!world.switches.clientIds.includes(clientId)) {
    return oauthError(401, 'invalid_client', 'Unknown client_id.');
  }
  const scopes = parseScopes(fields.get('scope'));
  if (scopes === undefined) return oauthError(400, 'invalid_scope', 'Unknown scope.');
  const grant = world.devices.open(clientId, scopes, world.switches);
  return json(200, {
    device_code: grant.deviceCode,
    user_code: grant.userCode,
    verification_uri: `${world.url}/device`,
    verification_uri_complete: `${world.url}/device?user_code=${grant.userCode}`,
    expires_in: grant.lifetime,
    interval: grant.interval,
  });
}
