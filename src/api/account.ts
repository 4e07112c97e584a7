import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import type { ServiceAddress } from './address.ts';
import { type ApiRequest, bearer, type CallOptions, call } from './call.ts';
import { type ApiFailure, type ApiResult, failureOf, readAnswer } from './failure.ts';
import {
  type CreatedKey,
  type Identity,
  type Organisation,
  readCreatedKey,
  readIdentity,
  readOrganisations,
} from './shapes.ts';

export interface NewKey {
  readonly name: string;
  /** The organisation's id. */
  readonly org: string;
  /** ISO 8601; without it the service decides. */
  readonly expiresAt?: string;
}

/** `GET /api/oauth/userinfo`. A key that the gateway takes may be refused here: not every key may read profiles. */
export function userinfoRequest({ web }: ServiceAddress, key: Secret): ApiRequest {
  return { method: 'GET', url: `${web}/api/oauth/userinfo`, headers: bearer(key) };
}

export async function fetchIdentity(
  client: HttpClient,
  address: ServiceAddress,
  key: Secret,
  options?: CallOptions,
): Promise<ApiResult<Identity>> {
  return readAnswer(await call(client, userinfoRequest(address, key), options), key, readIdentity);
}

/** The organisations of the key's owner. */
export async function listOrganisations(
  client: HttpClient,
  { web }: ServiceAddress,
  key: Secret,
  options?: CallOptions,
): Promise<ApiResult<readonly Organisation[]>> {
  const request: ApiRequest = { method: 'GET', url: `${web}/api/oauth/orgs`, headers: bearer(key) };
  return readAnswer(await call(client, request, options), key, readOrganisations);
}

/**
 * Makes a key. After a failure other than a refusal it may exist all the same, its answer lost on the way:
 * whoever repeats the call looks for the name in the list first.
 */
export async function createKey(
  client: HttpClient,
  { web }: ServiceAddress,
  key: Secret,
  { name, org, expiresAt }: NewKey,
  options?: CallOptions,
): Promise<ApiResult<CreatedKey>> {
  const json = { api_key_name: name, org_id: org, ...(expiresAt !== undefined && { expires_at: expiresAt }) };
  const request: ApiRequest = {
    method: 'POST',
    url: `${web}/api/v1/keys`,
    headers: bearer(key),
    body: { json },
  };
  return readAnswer(await call(client, request, options), key, (answer) => readCreatedKey(answer, key));
}

/** Revokes a key by its id. `undefined`: done. */
export async function deleteKey(
  client: HttpClient,
  { web }: ServiceAddress,
  key: Secret,
  id: string,
  options?: CallOptions,
): Promise<ApiFailure | undefined> {
  // As a path segment, dots would climb to another endpoint, however they are encoded.
  if (/^\.*$/.test(id)) return { kind: 'rejected', status: 404, host: new URL(web).host };
  const url = `${web}/api/v1/keys/${encodeURIComponent(id)}`;
  return done(call(client, { method: 'DELETE', url, headers: bearer(key) }, options), key);
}

/** Revokes a key by itself, as sign-out does (RFC 7009). `undefined`: done. */
export async function revokeKey(
  client: HttpClient,
  { web }: ServiceAddress,
  key: Secret,
  clientId: string,
  options?: CallOptions,
): Promise<ApiFailure | undefined> {
  const body = { form: { client_id: clientId, token: key.reveal() } };
  return done(call(client, { method: 'POST', url: `${web}/api/oauth/revoke`, body }, options), key);
}

async function done(answer: ReturnType<typeof call>, key: Secret): Promise<ApiFailure | undefined> {
  return failureOf(await answer, key);
}
