import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { failurePage, successPage } from '../../../src/signin/callback-page.ts';
import { startLoopbackServer } from '../../../src/signin/loopback.ts';
import { call } from '../sandbox/call.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function waiting(deadlineMs = 20_000, signal = new AbortController().signal) {
  const server = await startLoopbackServer(deadlineMs, signal);
  closers.push(() => server.close());
  const { port, origin } = new URL(server.redirectUri);
  return { ...server, port: Number(port), origin };
}

/** Whether the wait has ended, after all that is under way has had its turn. */
async function isOver(callback: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    callback.then(
      () => true,
      () => true,
    ),
    sleep(50, false),
  ]);
}

it('is at 127.0.0.1 and a port of its own, and takes the callback', async () => {
  const one = await waiting();
  const other = await waiting();
  expect(one.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/cb$/);
  expect(one.redirectUri).not.toBe(other.redirectUri);
  const reply = call(`${one.redirectUri}?code=a%20b&state=s`);
  const { parameters, answer } = await one.callback;
  expect([...parameters]).toEqual([
    ['code', 'a b'],
    ['state', 's'],
  ]);
  await answer(successPage());
  expect(await reply).toMatchObject({ status: 200, body: expect.stringContaining('You are signed in') });
  expect(await isOver(other.callback)).toBe(false);
});

describe('turns away what is no callback, and waits on:', () => {
  it.each<[string, number, Parameters<typeof call>[1]]>([
    ['/', 404, {}],
    ['/favicon.ico', 404, {}],
    ['/cb/', 404, {}],
    ['//cb?state=s&code=c', 404, {}],
    ['/cb%3Fstate=s', 404, {}],
    ['/CB?state=s&code=c', 404, {}],
    ['/other?state=s&code=c', 404, {}],
    ['/cb', 400, {}],
    ['/cb?code=c', 400, {}],
    ['/cb?error=access_denied', 400, {}],
    ['/cb?state=s&code=c', 405, { method: 'POST' }],
    ['/cb?state=s&code=c', 405, { method: 'HEAD' }],
    ['/cb?state=s&code=c', 405, { method: 'OPTIONS' }],
    ['/cb?state=s&code=c', 421, { headers: { host: 'localhost' } }],
    ['/cb?state=s&code=c', 421, { headers: { host: 'evil.example' } }],
    ['/cb?state=s&code=c', 421, { headers: { host: '127.0.0.1' } }],
    ['/cb?state=s&code=c', 421, { headers: { host: '127.0.0.1:1' } }],
  ])('%s (%i)', async (path, status, how) => {
    const { origin, callback } = await waiting();
    const reply = await call(origin + path, how);
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toBe('text/plain');
    expect(await isOver(callback)).toBe(false);
  });

  it.each([
    [
      'two hosts',
      'GET /cb?state=s HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nHost: evil.example\r\n\r\n',
      /^HTTP\/1.1 421/,
    ],
    ['no host', 'GET /cb?state=s HTTP/1.1\r\n\r\n', /^HTTP\/1.1 400/],
    [
      'a proxy’s form',
      'GET http://127.0.0.1:PORT/cb?state=s HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n',
      /^HTTP\/1.1 404/,
    ],
    ['no HTTP', 'state=s\r\n\r\n', /^HTTP\/1.1 400/],
  ])('%s', async (_, text, expected) => {
    const { port, callback } = await waiting();
    const answer = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(text.replaceAll('PORT', String(port))));
      socket.on('data', (data) => {
        received += data;
      });
      socket.on('close', () => resolve(received));
      socket.on('error', reject);
    });
    expect(answer).toMatch(expected);
    expect(await isOver(callback)).toBe(false);
  });
});

it('takes one callback', async () => {
  const { redirectUri, callback } = await waiting();
  const first = call(`${redirectUri}?state=1`);
  const { parameters, answer } = await callback;
  expect((await call(`${redirectUri}?state=2`)).status).toBe(409);
  expect(parameters.get('state')).toBe('1');
  await answer(failurePage('Because.'));
  expect((await first).status).toBe(400);
});

it('gives up at the deadline, and when it is told to', async () => {
  const { callback } = await waiting(30);
  await expect(callback).rejects.toMatchObject({ code: 'not-signed-in' });
  const controller = new AbortController();
  const cancelled = await waiting(20_000, controller.signal);
  controller.abort();
  await expect(cancelled.callback).rejects.toMatchObject({ code: 'cancelled' });
  await expect((await waiting(20_000, controller.signal)).callback).rejects.toMatchObject({
    code: 'cancelled',
  });
});

it('closes at once, whoever is still connected', async () => {
  const { port, close } = await waiting();
  const socket = connect(port, '127.0.0.1');
  const gone = new Promise((resolve) => socket.on('close', resolve));
  await new Promise((resolve) => socket.on('connect', resolve));
  socket.write('GET /cb HTTP/1.1\r\n');
  await sleep(20);
  close();
  await gone;
  await expect(call(`http://127.0.0.1:${port}/cb`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
