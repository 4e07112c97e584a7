import type { Secret } from '../secret.ts';
import type { HttpBody, HttpClient, HttpMethod } from '../system/http.ts';
import type { HttpFailure } from '../system/http-failure.ts';

/** One request of the API, as data: what it says, not how it is sent. */
export interface ApiRequest {
  readonly method: HttpMethod;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
}

export interface CallOptions {
  /** Milliseconds for the whole request; by default 10 seconds. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** An answer of whatever status, its body read as JSON where it is JSON. */
export interface ApiAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined` where the body is no JSON. */
  readonly json: unknown;
  /** Whether the body is a web page, as sign-in portals and proxies send them. */
  readonly isPage: boolean;
  /** Who answered, as `host` or `host:port`. */
  readonly host: string;
  readonly latencyMs: number;
  /** By this machine's clock, in milliseconds since 1970. */
  readonly receivedAt: number;
}

export const defaultDeadlineMs = 10_000;

/** Throws the MegallmErrors of `HttpClient.send`. */
export async function call(
  client: HttpClient,
  request: ApiRequest,
  { deadlineMs = defaultDeadlineMs, signal }: CallOptions = {},
): Promise<ApiAnswer | HttpFailure> {
  const response = await client.send({ ...request, deadlineMs, signal });
  if (response.kind === 'failure') return response;
  const { status, headers, latencyMs, receivedAt } = response;
  const text = response.body
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  const isPage =
    /^text\/html|^application\/xhtml/i.test(headers['content-type'] ?? '') || text.startsWith('<');
  const { host } = new URL(request.url);
  return { kind: 'answer', status, headers, json: parseJson(text), isPage, host, latencyMs, receivedAt };
}

export function bearer(key: Secret): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key.reveal()}` };
}

/** The key as Anthropic-format clients send it. */
export function apiKey(key: Secret): Readonly<Record<string, string>> {
  return { 'x-api-key': key.reveal(), 'anthropic-version': '2023-06-01' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
