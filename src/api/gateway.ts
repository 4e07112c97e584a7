import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import type { ServiceAddress } from './address.ts';
import { type ApiRequest, apiKey, bearer, type CallOptions, call } from './call.ts';
import { type ApiResult, readAnswer } from './failure.ts';
import { type Model, readModels } from './shapes.ts';

/** `GET /v1/models`; without a key it shows whether the gateway lists its models to everybody. Spends no tokens. */
export function modelsRequest({ gateway }: ServiceAddress, key: Secret | undefined): ApiRequest {
  return { method: 'GET', url: `${gateway}/v1/models`, headers: key === undefined ? {} : bearer(key) };
}

/** `POST /v1/messages` with an empty object: answered 400 once the key has passed, so that it spends no tokens. */
export function emptyMessageRequest(
  { gateway }: ServiceAddress,
  key: Secret,
  header: 'bearer' | 'x-api-key',
): ApiRequest {
  const headers = header === 'bearer' ? bearer(key) : apiKey(key);
  return { method: 'POST', url: `${gateway}/v1/messages`, headers, body: { json: {} } };
}

/** What the key can use. */
export async function listModels(
  client: HttpClient,
  address: ServiceAddress,
  key: Secret,
  options?: CallOptions,
): Promise<ApiResult<readonly Model[]>> {
  return readAnswer(await call(client, modelsRequest(address, key), options), key, readModels);
}
