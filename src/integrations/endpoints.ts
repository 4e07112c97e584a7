import type { ServiceAddress } from '../api/address.ts';
import { bearer, call } from '../api/call.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';

/** What a tool speaks, and nothing else. */
interface Need {
  readonly title: string;
  readonly path: '/v1/responses' | '/v1/messages';
}

/**
 * Throws `refused` where the service has no such endpoint: it is not documented which it has. An empty object spends no
 * tokens, so that any answer but 404 and 405 will do.
 */
export async function mustServe(
  { title, path }: Need,
  http: HttpClient,
  { gateway }: ServiceAddress,
  key: Secret,
): Promise<void> {
  const request = {
    method: 'POST',
    url: `${gateway}${path}`,
    headers: bearer(key),
    body: { json: {} },
  } as const;
  const answer = await call(http, request);
  if (answer.kind !== 'answer') {
    throw new MegallmError('unreachable', `The service did not answer POST ${path}, which ${title} needs.`, [
      'megallm doctor',
    ]);
  }
  if (answer.status !== 404 && answer.status !== 405) return;
  throw new MegallmError(
    'refused',
    `${title} talks to POST ${path} alone, and the service answers ${answer.status} there: it could not work.`,
    ['Link another tool, or ask MegaLLM for that endpoint.'],
  );
}
