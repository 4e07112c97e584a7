import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Delivery } from './answers.ts';

/** Silence; the client's deadline or the sandbox's close ends it. */
export const never: Delivery = () => new Promise<void>(() => {});

/** A TCP reset, which clients see as ECONNRESET. */
export const resetConnection: Delivery = (response) => {
  response.socket?.resetAndDestroy();
};

export function dripped(milliseconds: number): Delivery {
  return async (response, answer, gone) => {
    const body = wholeBody(answer);
    response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) });
    response.flushHeaders();
    for (const byte of body) {
      response.write(Buffer.of(byte));
      await pause(milliseconds, undefined, { signal: gone });
    }
    response.end();
  };
}

/** Promises more than it sends, then closes in good order: the client must notice by the length alone. */
export const truncated: Delivery = (response, answer) => {
  startedWithoutEnd(answer, response);
  response.socket?.end();
};

/** The headers and half of the body, then silence. */
export const stalled: Delivery = (response, answer) => {
  startedWithoutEnd(answer, response);
  return new Promise<void>(() => {});
};

function startedWithoutEnd(answer: Answer, response: Parameters<Delivery>[0]): void {
  const body = wholeBody(answer);
  // At least one byte is always missing, also where the body is empty.
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length + 1) });
  response.flushHeaders();
  response.write(body.subarray(0, Math.ceil(body.length / 2)));
}

function wholeBody({ body }: Answer): Buffer {
  return Buffer.from(typeof body === 'string' ? body : [...body].join(''));
}
