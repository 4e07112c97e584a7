import { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import type { ServiceAddress } from './address.ts';
import { type ApiRequest, type CallOptions, call } from './call.ts';
import { type ApiFailure, errorCode, type Ok, readAnswer, type Said, whatWasSaid } from './failure.ts';
import type { SafeText } from './safe-text.ts';
import { type DeviceCode, readCreatedKey, readDeviceCode } from './shapes.ts';

export type { DeviceCode };

/** An OAuth error (RFC 6749 section 5.2, RFC 8628 section 3.5), whatever the status it came with. */
export interface Declined extends Said {
  readonly kind: 'declined';
  /** `authorization_pending`, `access_denied`, `invalid_grant`, … */
  readonly code: string;
}

export type SignInResult<Value> = Ok<Value> | Declined | ApiFailure;

/** What the key may be used for: all that megallm does. */
const scope = 'api:use profile:read keys:read keys:manage';

/** The page where a person agrees; it sends the browser back to `redirectUri` (RFC 6749 section 4.1.1, RFC 7636 section 4.3). */
export function authorizationUrl(
  { web }: ServiceAddress,
  request: { clientId: string; redirectUri: string; state: string; challenge: string },
): URL {
  const url = new URL(`${web}/oauth/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    scope,
    state: request.state,
    code_challenge: request.challenge,
    code_challenge_method: 'S256',
  }).toString();
  return url;
}

/** Asks for a device code (RFC 8628 section 3.1). */
export function requestDeviceCode(
  client: HttpClient,
  { web }: ServiceAddress,
  clientId: string,
  options?: CallOptions,
): Promise<SignInResult<DeviceCode>> {
  const body = { form: { client_id: clientId, scope } };
  const request: ApiRequest = { method: 'POST', url: `${web}/api/oauth/device/code`, body };
  return ask(client, request, undefined, readDeviceCode, options);
}

/** What an API key is given for: the code that came back with the browser, or a device code. */
export type Grant =
  | {
      readonly grant_type: 'authorization_code';
      readonly code: string;
      readonly redirect_uri: string;
      readonly code_verifier: string;
    }
  | { readonly grant_type: string; readonly device_code: string };

/**
 * Redeems a code: an API key is what comes of it. After a failure other than `declined` a key may have been made all
 * the same, and its answer lost.
 */
export function redeem(
  client: HttpClient,
  { web }: ServiceAddress,
  clientId: string,
  grant: Grant,
  options?: CallOptions,
): Promise<SignInResult<Secret>> {
  const request: ApiRequest = {
    method: 'POST',
    url: `${web}/api/oauth/token`,
    body: { form: { ...grant, client_id: clientId } },
  };
  const sent = new Secret('code' in grant ? grant.code : grant.device_code);
  return ask(client, request, sent, (json) => readCreatedKey(json, sent)?.key, options);
}

/** `sent`: what must not be shown when the service repeats it. */
async function ask<Value>(
  client: HttpClient,
  request: ApiRequest,
  sent: Secret | undefined,
  shape: (json: unknown, safe: SafeText) => Value | undefined,
  options: CallOptions | undefined,
): Promise<SignInResult<Value>> {
  const answer = await call(client, request, options);
  const result = readAnswer(answer, sent, shape);
  if (answer.kind === 'failure' || !mayBeDeclined.has(result.kind)) return result;
  const { code } = errorCode(answer.json);
  return code === undefined ? result : { kind: 'declined', code, ...whatWasSaid(answer, sent) };
}

/** `not-megallm`: some services decline with the status 200. */
const mayBeDeclined = new Set<string>(['rejected', 'unauthorized', 'forbidden', 'not-megallm']);
