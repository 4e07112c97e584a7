import { type IncomingHttpHeaders, request } from 'node:http';
import { afterEach } from 'vitest';
import type { Fault, FaultName } from '../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/service.ts';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The body as JSON, with whatever members a test expects. */
  // biome-ignore lint/suspicious/noExplicitAny: tests assert the shape, the compiler cannot know it
  json: any;
}

interface Call {
  method?: string;
  headers?: Record<string, string>;
  /** An object goes out as JSON, URLSearchParams as a form. */
  body?: object | string;
  key?: string;
}

/** One request on its own connection; rejects with the socket's error, also when the body ends too early. */
export function call(url: string, { method, headers = {}, body, key }: Call = {}): Promise<Reply> {
  const isForm = body instanceof URLSearchParams;
  const text =
    body === undefined || typeof body === 'string' || isForm ? body?.toString() : JSON.stringify(body);
  const sent = {
    ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: sent,
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', async (incoming) => {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of incoming) chunks.push(chunk as Buffer);
        const received = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: received,
          json: parsed(received),
        });
      } catch (error) {
        reject(error);
      }
    });
    outgoing.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const running: Sandbox[] = [];

/** A sandbox that ends with the test. */
export async function freshSandbox(options?: { models?: number }): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  running.push(sandbox);
  return sandbox;
}

/** A sandbox with a fault, and what `GET /v1/models` with a live key gives then. */
export async function under(fault: Fault | FaultName | undefined) {
  const sandbox = await freshSandbox();
  const { key } = sandbox.issueKey();
  sandbox.setFault(fault);
  const ask = (path = '/v1/models') => call(sandbox.url + path, { key });
  return { sandbox, key, ask };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});
