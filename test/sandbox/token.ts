import { type Answer, json } from './answers.ts';
import type { PollOutcome } from './device-grants.ts';
import { oauthError } from './errors.ts';
import type { Exchange, World } from './exchange.ts';
import { form } from './requests.ts';
import { firstOrganisation, type Switches } from './switches.ts';

type Grant = (fields: URLSearchParams, clientId: string, world: World) => Answer;

const deviceGrantTypes: Readonly<Record<Switches['deviceGrantType'], string>> = {
  literal: 'device_code',
  standard: 'urn:ietf:params:oauth:grant-type:device_code',
};

export function exchangeToken({ request, world }: Exchange): Answer {
  const fields = form(request);
  if (fields === undefined) return oauthError(400, 'invalid_request', 'A form is required.');
  const clientId = fields.get('client_id') ?? '';
  if (!world.switches.clientIds.includes(clientId)) {
    return oauthError(401, 'invalid_client', 'Unknown client_id.');
  }
  const grants = new Map<string | null, Grant>([
    ['authorization_code', redeemCode],
    [deviceGrantTypes[world.switches.deviceGrantType], redeemDevice],
  ]);
  const grant = grants.get(fields.get('grant_type'));
  return grant === undefined
    ? oauthError(400, 'unsupported_grant_type', 'This grant_type is not supported.')
    : grant(fields, clientId, world);
}

const redeemCode: Grant = (fields, clientId, world) => {
  const redemption = world.codes.redeem(fields.get('code') ?? '', {
    clientId,
    redirectUri: fields.get('redirect_uri') ?? '',
    verifier: fields.get('code_verifier') ?? '',
  });
  if ('refusal' in redemption) return oauthError(400, 'invalid_grant', redemption.refusal);
  return issueTo(world, redemption.scopes, 'MegaLLM CLI (browser)');
};

const pollMessages: Readonly<Record<Exclude<PollOutcome, 'approved'>, string>> = {
  authorization_pending: 'The person has not decided yet.',
  slow_down: 'Polled too often.',
  expired_token: 'The device code has expired.',
  access_denied: 'The person said no.',
  invalid_grant: 'This device code is unknown or used.',
};

const redeemDevice: Grant = (fields, clientId, world) => {
  const { outcome, grant } = world.devices.poll(fields.get('device_code') ?? '', clientId);
  if (outcome !== 'approved') return oauthError(400, outcome, pollMessages[outcome]);
  return issueTo(world, grant?.scopes ?? [], 'MegaLLM CLI (device)');
};

function issueTo(world: World, scopes: readonly string[], name: string): Answer {
  const { user } = world.switches;
  const issued = world.keys.issue({ user, org: firstOrganisation(world.switches), scopes, name });
  return json(200, { api_key: issued.key, token_type: 'Bearer', scopes, key_prefix: issued.prefix });
}
