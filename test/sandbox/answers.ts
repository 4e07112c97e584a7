import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isObject } from './requests.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Pieces go out one by one, chunked; a string goes out whole with its length. */
  readonly body: string | Iterable<string>;
  /** How it goes out, where a fault wants it otherwise. */
  readonly deliver?: Delivery;
}

/** `gone` is aborted when the client has left or the sandbox has closed. */
export type Delivery = (response: ServerResponse, answer: Answer, gone: AbortSignal) => void | Promise<void>;

export const deliverWhole: Delivery = async (response, answer, gone) => {
  if (typeof answer.body === 'string') {
    response.writeHead(answer.status, {
      ...answer.headers,
      'content-length': String(Buffer.byteLength(answer.body)),
    });
    response.end(answer.body);
    return;
  }
  response.writeHead(answer.status, { ...answer.headers });
  for (const piece of answer.body) {
    if (!response.write(piece)) await once(response, 'drain', { signal: gone });
    else await nextTurn(undefined, { signal: gone });
  }
  response.end();
};

export function json(status: number, value: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function html(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

export function redirect(status: number, location: string): Answer {
  return { status, headers: { location }, body: '' };
}

/** Server-sent events; a name makes the Anthropic and Responses form, none the OpenAI chat form. */
export function events(all: Iterable<{ name?: string; data: unknown }>): Answer {
  function* pieces() {
    for (const { name, data } of all) {
      const text = typeof data === 'string' ? data : JSON.stringify(data);
      yield `${name === undefined ? '' : `event: ${name}\n`}data: ${text}\n\n`;
    }
  }
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
  return { status: 200, headers, body: pieces() };
}

export function withHeaders(answer: Answer, headers: Record<string, string>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** The same answer with its JSON object changed; any other body stays as it is. */
export function withJson(
  answer: Answer,
  change: (value: Record<string, unknown>) => Record<string, unknown>,
): Answer {
  if (answer.headers['content-type'] !== 'application/json' || typeof answer.body !== 'string') return answer;
  const value: unknown = JSON.parse(answer.body);
  return isObject(value) ? { ...answer, body: JSON.stringify(change(value)) } : answer;
}
