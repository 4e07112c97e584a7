import type { ServiceAddress } from '../api/address.ts';
import { apiKey, bearer, call } from '../api/call.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import type { Tool } from './integration.ts';

/**
 * Throws `refused` where the service has no such endpoint: it is not documented which it has; `unauthorized` where that
 * endpoint does not take the key. An empty object spends no tokens, so that any other answer will do.
 */
export async function mustServe(
  { title, endpoint: path }: Tool,
  http: HttpClient,
  { gateway }: ServiceAddress,
  key: Secret,
): Promise<void> {
  const request = {
    method: 'POST',
    url: `${gateway}${path}`,
    // Claude Code sends the key in both headers.
    headers: { ...bearer(key), ...(path === '/v1/messages' && apiKey(key)) },
    body: { json: {} },
  } as const;
  const answer = await call(http, request);
  if (answer.kind !== 'answer') {
    throw new MegallmError('unreachable', `The service did not answer POST ${path}, which ${title} needs.`, [
      'megallm doctor',
    ]);
  }
  if (answer.status === 401 || answer.status === 403) {
    throw new MegallmError(
      'unauthorized',
      `The service answers ${answer.status} to this key at POST ${path}, which ${title} needs.`,
      ['megallm doctor --verbose'],
    );
  }
  if (answer.status !== 404 && answer.status !== 405) return;
  throw new MegallmError(
    'refused',
    `${title} talks to POST ${path} alone, and the service answers ${answer.status} there: it could not work.`,
    ['Link another tool, or ask MegaLLM for that endpoint.'],
  );
}
