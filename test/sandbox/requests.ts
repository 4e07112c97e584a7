import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** One request as it came in. `path` has the query; `receivedAt` is `performance.now()` when the headers were read. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly receivedAt: number;
}

/**
 * Puts the request on record as soon as its headers are here, and its body once that has arrived: a request whose
 * client goes away in the middle is on record too, since its headers may have carried a key.
 */
export async function recordRequest(
  incoming: IncomingMessage,
  record: RecordedRequest[],
): Promise<RecordedRequest> {
  const request = {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: incoming.headers,
    body: '',
    receivedAt: performance.now(),
  };
  record.push(request);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } finally {
    request.body = Buffer.concat(chunks).toString('utf8');
  }
  return request;
}

interface Credential {
  readonly header: 'bearer' | 'x-api-key';
  readonly key: string;
}

/** Bearer wins where both are sent, as Claude Code does. */
export function presentedCredential(request: RecordedRequest): Credential | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { header: 'bearer', key: bearer };
  const apiKey = request.headers['x-api-key'];
  return typeof apiKey === 'string' && apiKey !== '' ? { header: 'x-api-key', key: apiKey } : undefined;
}

/** The body as a JSON object, whatever the content type says: the public curl example sends none. */
export function jsonObject(request: RecordedRequest): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(request.body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The body as a form; undefined where the content type is another (RFC 6749 section 4.1.3 asks for this one). */
export function form(request: RecordedRequest): URLSearchParams | undefined {
  const type = request.headers['content-type'] ?? '';
  return type.startsWith('application/x-www-form-urlencoded') ? new URLSearchParams(request.body) : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
