import type { Secret } from '../secret.ts';
import type { ShownCertificate } from '../system/http-certificate.ts';
import type { HttpFailure, HttpFailureCause } from '../system/http-failure.ts';
import type { ApiAnswer } from './call.ts';
import { type SafeText, safeTextFor } from './safe-text.ts';
import { member, text } from './shapes.ts';

export type UnreachableCause = Exclude<HttpFailureCause, 'invalid' | 'too-large'>;

/** What the service itself said about a failure, safe to show. */
export interface Said {
  /** Who answered, as `host` or `host:port`. */
  readonly host: string;
  readonly message?: string;
  /** For a question to support. */
  readonly requestId?: string;
}

export interface Refused extends Said {
  readonly kind: 'unauthorized' | 'forbidden';
  readonly status: 401 | 403;
  /** A web page said so: rather something in between than the service. */
  readonly isPage: boolean;
}

export interface RateLimited extends Said {
  readonly kind: 'rate-limited';
  /** From the answer on; `undefined` where the service does not say. */
  readonly retryAfterSeconds?: number;
}

export interface Unreachable {
  readonly kind: 'unreachable';
  readonly cause: UnreachableCause;
  /** `host:port` of the server, or with the cause `proxy` of the proxy. */
  readonly host: string;
  /** A code of the system or of OpenSSL, or a few words. */
  readonly detail: string;
  /** What was shown, where a certificate was turned down. */
  readonly certificate?: ShownCertificate;
}

/** The service has a fault of its own (5xx), or answers with a status that makes no sense here. */
export interface Broken extends Said {
  readonly kind: 'broken';
  readonly status: number;
}

/** Something else answered: a web page, a redirect to another origin, other JSON, no HTTP. */
export interface NotMegallm {
  readonly kind: 'not-megallm';
  readonly host: string;
  /** `undefined` where what answers speaks no HTTP or does not end. */
  readonly status?: number;
  /** `undefined` where none was named. */
  readonly contentType?: string;
}

/** The service understood the request and says no: 400, 404, 409 and so on. */
export interface Rejected extends Said {
  readonly kind: 'rejected';
  readonly status: number;
  /** The service's own word for it, such as `authorization_pending`. */
  readonly code?: string;
}

export type ApiFailure = Refused | RateLimited | Unreachable | Broken | NotMegallm | Rejected;

export interface Ok<Value> {
  readonly kind: 'ok';
  readonly value: Value;
}

export type ApiResult<Value> = Ok<Value> | ApiFailure;

/** What an endpoint answered, read by `shape`; an answer that `shape` makes nothing of is not MegaLLM's. */
export function readAnswer<Value>(
  answer: ApiAnswer | HttpFailure,
  key: Secret | undefined,
  shape: (json: unknown, safe: SafeText) => Value | undefined,
): ApiResult<Value> {
  if (answer.kind === 'failure') return notReached(answer);
  const failure = failureOf(answer, key);
  if (failure !== undefined) return failure;
  const value = shape(answer.json, safeTextFor(key));
  return value === undefined ? notMegallm(answer) : { kind: 'ok', value };
}

/**
 * What went wrong; `undefined` for a 2xx. `key`: the one that was sent, masked in what the service says.
 * Statuses: api.md, "Gateway endpoints"; RFC 9110 section 15; 511 is a network's own sign-in page (RFC 6585).
 */
export function failureOf(answer: ApiAnswer | HttpFailure, key?: Secret): ApiFailure | undefined {
  if (answer.kind === 'failure') return notReached(answer);
  const { status, isPage } = answer;
  if (status >= 200 && status <= 299) return undefined;
  const said = whatWasSaid(answer, key);
  if (status === 401) return { kind: 'unauthorized', status, isPage, ...said };
  if (status === 403) return { kind: 'forbidden', status, isPage, ...said };
  if (status === 429) return { kind: 'rate-limited', ...retryAfter(answer), ...said };
  if (status === 407) return { kind: 'unreachable', cause: 'proxy', host: answer.host, detail: 'status 407' };
  if (status === 511 || status < 400 || (isPage && status < 500)) return notMegallm(answer);
  if (status >= 500) return { kind: 'broken', status, ...said };
  return { kind: 'rejected', status, ...errorCode(answer.json), ...said };
}

/** For an answer that is not what was asked for, whatever its status. */
export function notMegallm({ host, headers, status }: ApiAnswer): NotMegallm {
  const contentType = /^[\w.+-]{1,40}\/[\w.+-]{1,60}/.exec(headers['content-type'] ?? '')?.[0]?.toLowerCase();
  return { kind: 'not-megallm', host, status, ...(contentType !== undefined && { contentType }) };
}

export function notReached({ cause, host, detail, certificate }: HttpFailure): Unreachable | NotMegallm {
  if (cause === 'invalid' || cause === 'too-large') return { kind: 'not-megallm', host };
  return { kind: 'unreachable', cause, host, detail, ...(certificate && { certificate }) };
}

/** `{"error":{"message"}}`, `{"message"}`, `{"error":"text"}`, and OAuth's form (RFC 6749 section 5.2). */
export function whatWasSaid({ host, json, headers }: ApiAnswer, key: Secret | undefined): Said {
  const message =
    text(member(json, 'error'), 'message') ?? text(json, 'error_description', 'message', 'detail', 'error');
  const requestId = headers['x-request-id'] ?? headers['request-id'];
  const safe = safeTextFor(key);
  return {
    host,
    ...(message !== undefined && { message: safe(message) }),
    ...(requestId !== undefined && { requestId: safe(requestId, 80) }),
  };
}

/** The service's own word for an error; never a key, nor a whole sentence. */
export function errorCode(json: unknown): { code?: string } {
  const error = member(json, 'error');
  const code = text(error, 'code') ?? text(json, 'error') ?? text(error, 'type');
  return code !== undefined && /^[a-z0-9_.-]{1,64}$/i.test(code) && !/^sk-/i.test(code) ? { code } : {};
}

/** `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date, which counts from the answer's own `Date`. */
function retryAfter({ headers, receivedAt }: ApiAnswer): { retryAfterSeconds?: number } {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(value)) return { retryAfterSeconds: Math.ceil(Number(value)) };
  // Only HTTP dates: Date.parse takes any number for a year.
  const until = /^[A-Z][a-z]+,? /.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(until)) return {};
  const now = Date.parse(headers.date ?? '');
  return {
    retryAfterSeconds: Math.max(0, Math.ceil((until - (Number.isNaN(now) ? receivedAt : now)) / 1000)),
  };
}
