import type { ServiceAddress } from '../api/address.ts';
import { bearer, call } from '../api/call.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';

/**
 * Codex speaks `POST /v1/responses` and nothing else, and the service is not known to serve it. An empty object spends no
 * tokens. Throws `refused` where there is no such endpoint.
 */
export async function mustServeResponses(
  http: HttpClient,
  { gateway }: ServiceAddress,
  key: Secret,
): Promise<void> {
  const request = {
    method: 'POST',
    url: `${gateway}/v1/responses`,
    headers: bearer(key),
    body: { json: {} },
  } as const;
  const answer = await call(http, request);
  if (answer.kind !== 'answer') {
    throw new MegallmError(
      'unreachable',
      'The service did not answer POST /v1/responses, which Codex needs.',
      ['megallm doctor'],
    );
  }
  if (answer.status !== 404 && answer.status !== 405) return;
  throw new MegallmError(
    'refused',
    `Codex talks to POST /v1/responses alone, and the service answers ${answer.status} there: Codex could not work with it.`,
    ['Use Claude Code or OpenCode meanwhile: megallm link claude', 'Ask MegaLLM for the Responses API.'],
  );
}
