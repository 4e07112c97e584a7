import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, html, json, redirect, withHeaders, withJson } from './answers.ts';
import { serviceError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { dripped, never, resetConnection, stalled, truncated } from './faulty-deliveries.ts';
import { listModels } from './gateway.ts';
import { isObject, presentedCredential } from './requests.ts';

/** Stands between the request and the service: may answer itself, or change what the service (`next`) answers. */
export type Fault = (exchange: Exchange, next: () => Promise<Answer>) => Answer | Promise<Answer>;

export type FaultName = keyof typeof faults;

/** Every fault by name; each is made with its own settings or with sensible ones. */
export const faults = {
  unauthorized: () => status(401),
  forbidden: () => status(403),
  'rate-limited': rateLimited,
  'server-error': () => status(500),
  unavailable: () => status(503),
  /** Any status, in any of the error shapes that are to be tolerated. */
  status,
  hang: () => instead({ deliver: never }),
  stall: () => reshaped((answer) => ({ ...answer, deliver: stalled })),
  slow,
  /** No answer to any request before `count` of them are there: whoever sends one after the other waits for ever. */
  gathered,
  drip: (milliseconds = 5) => reshaped((answer) => ({ ...answer, deliver: dripped(milliseconds) })),
  reset: () => instead({ deliver: resetConnection }),
  /** The service does what it is asked, and the answer is lost on the way. */
  'lost-answer': () => reshaped((answer) => ({ ...answer, deliver: resetConnection })),
  truncated: () => reshaped((answer) => ({ ...answer, deliver: truncated })),
  html: () => () => html(200, '<!doctype html><title>Welcome</title><h1>Accept the terms of this Wi-Fi</h1>'),
  'redirect-other-origin': redirectOtherOrigin,
  'redirect-loop': (code = 302) => (({ request }) => redirect(code, request.path)) satisfies Fault,
  echo: () => echo,
  'public-models': publicModels,
  'malformed-json': () => instead({ body: '{"object":"list","data":[{"id":' }),
  'empty-body': () => instead({ body: '' }),
  'skewed-date': (seconds = 3600) =>
    reshaped((answer) => withHeaders(answer, { date: new Date(Date.now() + seconds * 1000).toUTCString() })),
  'huge-body': (bytes = 64 * 1024 * 1024) => (() => json200(hugeJson(bytes))) satisfies Fault,
} as const satisfies Record<string, (...settings: never[]) => Fault>;

const errorShapes = {
  documented: (code: number, message: string) => serviceError(code, `sandbox_${code}`, message),
  message: (code: number, message: string) => json(code, { message }),
  text: (code: number, message: string) => json(code, { error: message }),
  html: (code: number, message: string) => html(code, `<html><body><h1>${code}</h1>${message}</body></html>`),
};

function status(code = 500, shape: keyof typeof errorShapes = 'documented'): Fault {
  return () => errorShapes[shape](code, `The sandbox was told to answer ${code}.`);
}

/** Seconds, an HTTP date, or any text; for a 429 without the header take `status(429)`. */
function rateLimited(retryAfter: number | Date | string = 2): Fault {
  const value = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter);
  return () => withHeaders(errorShapes.documented(429, 'Rate limited.'), { 'retry-after': value });
}

function slow(milliseconds = 500): Fault {
  return async ({ gone }, next) => {
    await pause(milliseconds, undefined, { signal: gone });
    return next();
  };
}

function gathered(count = 1): Fault {
  let arrived = 0;
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return async (_, next) => {
    arrived += 1;
    if (arrived === count) open();
    await all;
    return next();
  };
}

/** 307 and 308 repeat the method and the body too: a key in a form would go along. */
function redirectOtherOrigin(code = 302): Fault {
  return ({ request, world }) => redirect(code, world.otherOriginUrl + request.path);
}

/** The worst a service can do with a key short of losing it: it comes back in headers, errors and bodies. */
const echo: Fault = async ({ request }, next) => {
  const key = presentedCredential(request)?.key;
  const answer = await next();
  if (key === undefined) return answer;
  const headers = { 'x-debug-auth-received': `Bearer ${key}`, 'x-auth-key': key };
  return withJson(withHeaders(answer, headers), (value) => ({
    ...value,
    ...echoedError(value, key),
    debug: { authorization: `Bearer ${key}` },
  }));
};

function echoedError({ error, message }: Record<string, unknown>, key: string): Record<string, unknown> {
  if (isObject(error)) return { error: { ...error, message: `${error.message} Received: ${key}` } };
  if (typeof error === 'string') return { error: `${error} Received: ${key}` };
  return typeof message === 'string' ? { message: `${message} Received: ${key}` } : {};
}

/** `GET /v1/models` says nothing about the key then; with `userinfo`, neither does userinfo. */
function publicModels(options: { userinfo?: 403 | 404 } = {}): Fault {
  return (exchange, next) => {
    const { method } = exchange.request;
    if (method === 'GET' && exchange.url.pathname === '/v1/models') return listModels(exchange);
    if (options.userinfo !== undefined && exchange.url.pathname === '/api/oauth/userinfo') {
      return errorShapes.documented(options.userinfo, 'Nothing to see here.');
    }
    return next();
  };
}

function json200(body: Answer['body']): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function instead(answer: Partial<Answer>): Fault {
  return () => ({ ...json200(''), ...answer });
}

function reshaped(change: (answer: Answer) => Answer): Fault {
  return async (_, next) => change(await next());
}

/** Valid JSON of at least this many bytes, made piece by piece. */
function* hugeJson(bytes: number) {
  const piece = 'x'.repeat(64 * 1024);
  yield '{"object":"list","data":[],"padding":"';
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
  yield '"}';
}
