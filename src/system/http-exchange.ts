import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { failureFrom, type HttpFailure, httpFailure } from './http-failure.ts';
import type { Route } from './http-routes.ts';

export interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** `host:port` of the server, for failures. */
  readonly host: string;
  /** Bytes of the body beyond which the answer is given up. */
  readonly maxBodyBytes: number;
  /** Aborted at the deadline, or when the caller no longer wants the answer. */
  readonly signal: AbortSignal;
}

export interface Incoming {
  readonly kind: 'response';
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One request and its whole answer, redirects as they come; resolves always, and at the latest when `signal` fires. */
export function exchange(route: Route, outgoing: Outgoing): Promise<Incoming | HttpFailure> {
  const { host, signal, body, maxBodyBytes } = outgoing;
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(httpFailure('timeout', host, 'no answer'));
    const request = route.request({
      ...route.options,
      method: outgoing.method,
      headers: { ...outgoing.headers, ...route.options.headers },
    });
    let settled = false;
    const settle = (result: Incoming | HttpFailure) => {
      if (settled) return;
      settled = true;
      signal.removeEventListener('abort', abort);
      resolve(result);
      // What failed half-way must not go back among the idle connections, nor keep the process alive.
      if (result.kind === 'failure') request.destroy();
    };
    const abort = () => settle(httpFailure('timeout', host, 'no answer'));
    signal.addEventListener('abort', abort, { once: true });
    let answered = false;
    const fail = (error: unknown) =>
      settle(blame(failureFrom(error, host), answered ? undefined : route.proxy));
    request.on('error', fail);
    request.on('socket', (socket) => {
      if (!request.reusedSocket) route.onSocket?.(socket);
    });
    request.on('close', () => fail(undefined));
    request.on('response', (response) => {
      answered = true;
      if (response.statusCode === 407 && route.proxy !== undefined) {
        return settle(httpFailure('proxy', route.proxy, 'status 407'));
      }
      collect(response, maxBodyBytes, (end) => {
        if (end instanceof Buffer) settle(incoming(response, end));
        else if (end === 'too-large')
          settle(httpFailure('too-large', host, `more than ${maxBodyBytes} bytes`));
        else fail(end);
      });
    });
    request.end(body);
  });
}

/** What fails before a proxy has answered is that proxy's failure; a server that is down answers through it. */
function blame(failure: HttpFailure, proxy: string | undefined): HttpFailure {
  return proxy === undefined ? failure : httpFailure('proxy', proxy, failure.detail);
}

function collect(
  response: IncomingMessage,
  limit: number,
  done: (end: Buffer | 'too-large' | Error | undefined) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) done('too-large');
    else chunks.push(chunk);
  });
  // Without `complete` the connection ended before the length that was promised.
  response.on('end', () => done(response.complete ? Buffer.concat(chunks) : undefined));
  response.on('error', done);
  response.on('close', () => done(undefined));
}

function incoming({ statusCode = 0, headers }: IncomingMessage, body: Buffer): Incoming {
  return { kind: 'response', status: statusCode, headers: joined(headers), body };
}

function joined(headers: IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}
