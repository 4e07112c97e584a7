import { type Answer, withHeaders, withJson } from './answers.ts';
import { anthropicError, type ErrorForm, serviceError } from './errors.ts';
import type { Exchange, Handler } from './exchange.ts';
import { presentedCredential } from './requests.ts';
import type { IssuedKey, KeyStanding } from './state.ts';

/** What a group of endpoints asks of a request: which headers may carry the key, and how it is told no. */
interface Door {
  readonly takesApiKeyHeader: boolean;
  readonly error: ErrorForm;
}

const bearerDoor: Door = { takesApiKeyHeader: false, error: serviceError };
const anthropicDoor: Door = { takesApiKeyHeader: true, error: anthropicError };

type KeyHandler = (exchange: Exchange, key: IssuedKey) => Answer;

export const withBearer = (scope: string, handle: KeyHandler): Handler => guarded(bearerDoor, scope, handle);
export const withAnthropicKey = (scope: string, handle: KeyHandler): Handler =>
  guarded(anthropicDoor, scope, handle);

const refusals: Readonly<Record<Exclude<KeyStanding, 'live'>, readonly [code: string, message: string]>> = {
  unknown: ['invalid_api_key', 'Invalid API key.'],
  revoked: ['invalid_api_key', 'This API key has been revoked.'],
  expired: ['expired_api_key', 'This API key has expired.'],
};

function guarded(door: Door, scope: string, handle: KeyHandler): Handler {
  return (exchange) => {
    const { request, world } = exchange;
    const credential = presentedCredential(request);
    const byApiKey = credential?.header === 'x-api-key';
    if (credential === undefined || (byApiKey && !door.takesApiKeyHeader)) {
      return door.error(401, 'missing_api_key', 'No API key was sent.');
    }
    if (byApiKey && !world.switches.acceptsApiKeyHeader) {
      return door.error(401, 'invalid_api_key', 'This API key is not enabled for x-api-key.');
    }
    const key = world.keys.find(credential.key);
    const standing = world.keys.standing(credential.key);
    if (key === undefined || standing !== 'live') {
      return door.error(401, ...refusals[standing === 'live' ? 'unknown' : standing]);
    }
    if (byApiKey && request.headers['anthropic-version'] === undefined) {
      return door.error(400, 'missing_version', 'anthropic-version: header is required');
    }
    if (!key.scopes.includes(scope)) {
      return door.error(403, 'insufficient_scope', `This API key lacks the scope ${scope}.`);
    }
    return handle(exchange, key);
  };
}

/** `X-Debug-Auth: true`: the real shape is not documented; this is one that the clients' rules must catch. */
export function withDebugAuth(answer: Answer, { request, world }: Exchange): Answer {
  if (request.headers['x-debug-auth'] !== 'true') return answer;
  const credential = presentedCredential(request);
  const facts = {
    method: credential?.header ?? 'none',
    standing: credential === undefined ? 'missing' : world.keys.standing(credential.key),
    key_prefix: credential?.key.slice(0, 16) ?? '',
    scopes: (credential && world.keys.find(credential.key)?.scopes.join(' ')) ?? '',
  };
  const headers = {
    'x-debug-auth-method': facts.method,
    'x-debug-auth-standing': facts.standing,
    'x-debug-auth-scopes': facts.scopes,
  };
  return withJson(withHeaders(answer, headers), (value) => ({ ...value, debug_auth: facts }));
}
