import { validateHeaderValue } from 'node:http';
import type { LookupFunction } from 'node:net';
import { MegallmError } from '../errors.ts';
import type { OnConnection } from './http-connection.ts';
import { exchange, type Incoming } from './http-exchange.ts';
import { type HttpFailure, isAboutCertificate, isUntrustedIssuer } from './http-failure.ts';
import { hostAndPort } from './http-hosts.ts';
import { Routes } from './http-routes.ts';
import type { Variables } from './machine.ts';

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type HttpBody = { readonly json: unknown } | { readonly form: Readonly<Record<string, string>> };

export interface HttpRequest {
  readonly method: HttpMethod;
  /** Absolute, `http:` or `https:`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /** Milliseconds for all of it: name, connection, redirects, the answer to its last byte. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse extends Incoming {
  /** From the call to the last byte of the answer. */
  readonly latencyMs: number;
  /** By this machine's clock, in milliseconds since 1970. */
  readonly receivedAt: number;
}

/** `node:http` and `node:https` behind one function, since `fetch` takes 250 ms of CPU to start on Node 20. */
export interface HttpClient {
  /**
   * Sends one request and waits for its whole answer, whatever its status. A GET or HEAD follows up to five redirects
   * within the origin; every other redirect is the answer, so that no key goes to another origin.
   * Throws a MegallmError alone: `usage` for a header that HTTP cannot carry, `cancelled` when `signal` was aborted
   * (unless by `AbortSignal.timeout`: that is a failure of the cause `timeout`).
   */
  send(request: HttpRequest): Promise<HttpResponse | HttpFailure>;
  /** Ends idle and busy connections. Idle ones do not keep the process alive. */
  close(): void;
}

export interface HttpClientOptions {
  /** For HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, and SSL_CERT_FILE and NODE_EXTRA_CA_CERTS. */
  readonly env: Variables;
  readonly userAgent: string;
  /** How names become addresses; by default as the system does it. */
  readonly lookup?: LookupFunction;
  readonly onConnection?: OnConnection | undefined;
  /** The longest answer that is read; by default 8 MiB. */
  readonly maxBodyBytes?: number;
}

const maxRedirects = 5;

interface Deadline {
  readonly signal: AbortSignal;
  expire(): void;
  throwIfCancelled(): void;
  clear(): void;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { env, userAgent, lookup, onConnection, maxBodyBytes = 8 * 1024 * 1024 } = options;
  const routes = new Routes(env, lookup, onConnection);
  const underWay = new Set<Deadline>();
  return {
    async send(request) {
      const started = performance.now();
      const { headers, body } = encode(request, userAgent);
      const deadline = startDeadline(request);
      underWay.add(deadline);
      const attempt = async (url: URL) => {
        const route = await routes.find(url, deadline.signal);
        if (route.kind === 'failure') return route;
        const outgoing = { headers, body, host: hostAndPort(url), maxBodyBytes, signal: deadline.signal };
        return exchange(route, { method: request.method, ...outgoing });
      };
      const trusting = async (url: URL) => {
        let result = await attempt(url);
        // Nothing has been sent yet when a certificate is turned down.
        if (result.kind === 'failure' && isUntrustedIssuer(result.detail) && (await routes.trustSystem()))
          result = await attempt(url);
        if (result.kind !== 'failure' || result.cause !== 'tls' || !isAboutCertificate(result.detail))
          return result;
        const certificate = await routes.certificate(url, deadline.signal);
        return certificate === undefined ? result : { ...result, certificate };
      };
      try {
        deadline.throwIfCancelled();
        const result = await followed(request, trusting);
        deadline.throwIfCancelled();
        if (result.kind === 'failure') return result;
        return { ...result, latencyMs: performance.now() - started, receivedAt: Date.now() };
      } finally {
        deadline.clear();
        underWay.delete(deadline);
      }
    },
    close() {
      for (const deadline of underWay) deadline.expire();
      routes.close();
    },
  };
}

async function followed(
  { method, url }: HttpRequest,
  attempt: (url: URL) => Promise<Incoming | HttpFailure>,
): Promise<Incoming | HttpFailure> {
  let current = new URL(url);
  for (let redirects = 0; ; redirects += 1) {
    const result = await attempt(current);
    const next = result.kind === 'response' ? nextWithin(current, result) : undefined;
    if (next === undefined || redirects === maxRedirects || (method !== 'GET' && method !== 'HEAD'))
      return result;
    current = next;
  }
}

function nextWithin({ href, origin }: URL, { status, headers }: Incoming): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return undefined;
  try {
    const next = new URL(headers.location, href);
    return next.origin === origin ? next : undefined;
  } catch {
    return undefined;
  }
}

function encode({ headers, body }: HttpRequest, userAgent: string) {
  const all: Record<string, string> = {
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': userAgent,
    ...headers,
  };
  for (const [name, value] of Object.entries(all)) refuseUnsendable(name, value);
  if (body === undefined) return { headers: all, body: undefined };
  const [type, text] =
    'json' in body
      ? ['application/json', JSON.stringify(body.json)]
      : ['application/x-www-form-urlencoded', new URLSearchParams(body.form).toString()];
  const length = String(Buffer.byteLength(text));
  return { headers: { ...all, 'content-type': type, 'content-length': length }, body: text };
}

function refuseUnsendable(name: string, value: string): void {
  try {
    validateHeaderValue(name, value);
  } catch {
    // Without its cause: Node's error may quote what must not be shown.
    throw new MegallmError(
      'usage',
      `The ${name} header would hold characters that HTTP cannot carry.`,
      'Check the key for characters that do not belong there, and paste it again.',
    );
  }
}

function startDeadline({ deadlineMs, signal }: HttpRequest): Deadline {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, deadlineMs);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    expire: abort,
    throwIfCancelled() {
      if (!signal?.aborted) return;
      const reason: unknown = signal.reason;
      if (reason instanceof MegallmError) throw reason;
      if (!(reason instanceof DOMException && reason.name === 'TimeoutError')) {
        throw new MegallmError('cancelled', 'Cancelled.');
      }
    },
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}
