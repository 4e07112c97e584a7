import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MegallmError, systemCode } from '../errors.ts';
import type { Page } from './callback-page.ts';

/** The browser, back from the service; it waits for its page. */
export interface Callback {
  readonly parameters: URLSearchParams;
  /** Resolves when the browser has the page, or does not take it. */
  answer(page: Page): Promise<void>;
}

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT/cb` (RFC 8252 section 7.3). */
  readonly redirectUri: string;
  /** The first request that is a callback; rejects with a MegallmError at the deadline, and when `signal` is aborted. */
  readonly callback: Promise<Callback>;
  close(): void;
}

const host = '127.0.0.1';
const path = '/cb';
const pageDeadlineMs = 2000;

/**
 * Waits on a port of this machine, which the system chooses, for the browser to come back. Whatever else knocks there
 * (another page in the browser, another program, a name that somebody has made to mean 127.0.0.1) is turned away, and
 * the wait goes on.
 */
export async function startLoopbackServer(deadlineMs: number, signal: AbortSignal): Promise<LoopbackServer> {
  const server = createServer();
  const port = await listen(server);
  const callback = new Promise<Callback>((resolve, reject) => {
    const timer = setTimeout(() => reject(tooLate(deadlineMs)), deadlineMs);
    const cancel = () => reject(new MegallmError('cancelled', 'Cancelled; nothing was changed.'));
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    let isTaken = false;
    server.on('request', (request, response) => {
      const parameters = parametersOf(request, `${host}:${port}`);
      if (typeof parameters === 'number') return turnAway(response, parameters);
      if (isTaken) return turnAway(response, 409);
      isTaken = true;
      clearTimeout(timer);
      resolve({ parameters, answer: (page) => send(response, page) });
    });
    server.on('close', () => clearTimeout(timer));
  });
  // It may be given up before anybody waits for it.
  callback.catch(() => undefined);
  return {
    redirectUri: `http://${host}:${port}${path}`,
    callback,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function listen(server: Server): Promise<number> {
  try {
    server.listen(0, host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const reason = systemCode(error) ?? 'no port';
    throw new MegallmError('failed', `Nothing can listen on ${host} here (${reason}).`, [
      'megallm login --device   (to sign in without it)',
    ]);
  }
}

/** The query of a callback, or the status for what is none. Only the service knows `state`, so that belongs to one. */
function parametersOf(request: IncomingMessage, expectedHost: string): URLSearchParams | number {
  const { method, url = '', headersDistinct } = request;
  const hosts = headersDistinct.host ?? [];
  if (hosts.length !== 1 || hosts[0] !== expectedHost) return 421;
  const [target = '', ...query] = url.split('?');
  if (target !== path) return 404;
  if (method !== 'GET') return 405;
  const parameters = new URLSearchParams(query.join('?'));
  return parameters.has('state') ? parameters : 400;
}

function turnAway(response: ServerResponse, status: number): void {
  const headers = { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff', connection: 'close' };
  response.writeHead(status, status === 405 ? { ...headers, allow: 'GET' } : headers);
  response.end('There is nothing for you here.\n');
}

function send(response: ServerResponse, { status, headers, html }: Page): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, pageDeadlineMs).unref();
    response.on('close', resolve);
    response.writeHead(status, { ...headers, connection: 'close' });
    response.end(html);
  });
}

function tooLate(deadlineMs: number): MegallmError {
  const minutes = Math.round(deadlineMs / 60_000);
  return new MegallmError('not-signed-in', `Nobody signed in within ${minutes} minutes.`, [
    'megallm login   (to try again)',
    'megallm login --device   (to use another device, or where this machine has no browser)',
  ]);
}
