import { createServer, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type LookupFunction,
  type Socket,
} from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { MegallmError } from '../../../src/errors.ts';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../../src/system/http.ts';

const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

function clientOf(options: Partial<Parameters<typeof createHttpClient>[0]> = {}): HttpClient {
  const client = createHttpClient({ env: {}, userAgent: 'megallm/test', ...options });
  open.push(() => client.close());
  return client;
}

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  open.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function serving(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(listener))}`;
}

/** A server that writes these bytes whatever it is asked, then ends or resets the connection or goes on waiting. */
async function answering(bytes: string, then: 'end' | 'reset' | 'wait'): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(bytes);
      if (then === 'end') socket.end();
      if (then === 'reset') socket.resetAndDestroy();
    });
  });
  return `http://127.0.0.1:${await listening(server)}`;
}

function get(url: string, more: Partial<HttpRequest> = {}): Promise<Awaited<ReturnType<HttpClient['send']>>> {
  return clientOf().send({ method: 'GET', url, deadlineMs: 5000, ...more });
}

describe('what is sent', () => {
  const echo: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
  };

  async function sent(more: Partial<HttpRequest>) {
    const answer = await get(`${await serving(echo)}/path?a=1`, more);
    if (answer.kind === 'failure') throw new Error(JSON.stringify(answer));
    return JSON.parse(answer.body.toString());
  }

  it('is the method, path, query and headers', async () => {
    expect(await sent({ headers: { 'x-api-key': 'k' } })).toMatchObject({
      method: 'GET',
      url: '/path?a=1',
      headers: { 'x-api-key': 'k', 'user-agent': 'megallm/test', accept: 'application/json' },
      body: '',
    });
  });

  it('is JSON', async () => {
    expect(await sent({ method: 'POST', body: { json: { name: 'é' } } })).toMatchObject({
      headers: { 'content-type': 'application/json', 'content-length': '13' },
      body: '{"name":"é"}',
    });
  });

  it('is a form', async () => {
    expect(await sent({ method: 'POST', body: { form: { token: 'a b&c' } } })).toMatchObject({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'token=a+b%26c',
    });
  });

  it.each(['sk-mega-\nx: y', 'sk-mega-\u0000', 'sk-mega-“quoted”'])(
    'is no header with %j in it',
    async (key) => {
      const url = await serving(() => expect.unreachable());
      const error = await get(url, { headers: { authorization: `Bearer ${key}` } }).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(MegallmError);
      expect(error.code).toBe('usage');
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain('sk-mega-');
    },
  );
});

describe('an answer', () => {
  it('has status, headers, body and times', async () => {
    const url = await serving((_, response) => {
      response.writeHead(418, { 'X-Debug-Auth': ['a', 'b'], 'Set-Cookie': ['c', 'd'] }).end('teapot');
    });
    const before = Date.now();
    const answer = await get(url);
    expect(answer).toMatchObject({
      kind: 'response',
      status: 418,
      headers: { 'x-debug-auth': 'a, b', 'set-cookie': 'c, d' },
      body: Buffer.from('teapot'),
      latencyMs: expect.any(Number),
    });
    expect((answer as { receivedAt: number }).receivedAt).toBeGreaterThanOrEqual(before);
  });

  it('comes over the connection of the one before', async () => {
    const url = await serving(({ socket }, response) => response.end(String(socket.remotePort)));
    const client = clientOf();
    const ports: unknown[] = [];
    for (let count = 0; count < 3; count += 1) {
      const answer = await client.send({ method: 'POST', url, body: { json: {} }, deadlineMs: 5000 });
      ports.push(answer.kind === 'response' && answer.body.toString());
    }
    expect(new Set(ports).size).toBe(1);
  });

  it('comes from the address that works, of several', async () => {
    const url = new URL(await serving((_, response) => response.end('here')));
    url.hostname = 'dual.test';
    const lookup: LookupFunction = (_name, _options, done) => {
      done(null, [
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ]);
    };
    const answer = await clientOf({ lookup }).send({ method: 'GET', url: url.href, deadlineMs: 5000 });
    expect(answer).toMatchObject({ kind: 'response', body: Buffer.from('here') });
  });

  it.each([
    ['announced', { 'content-length': '2000' }],
    ['in pieces', {}],
  ])('may not be too long, %s', async (_, headers) => {
    const url = await serving((_request, response) => response.writeHead(200, headers).end('x'.repeat(2000)));
    const request = { method: 'GET', url, deadlineMs: 5000 } as const;
    expect(await clientOf({ maxBodyBytes: 1999 }).send(request)).toMatchObject({
      kind: 'failure',
      cause: 'too-large',
      detail: 'more than 1999 bytes',
    });
    expect(await clientOf({ maxBodyBytes: 2000 }).send(request)).toMatchObject({ kind: 'response' });
  });
});

describe('redirects', () => {
  function redirecting(status: number, to: (hop: number) => string | undefined) {
    let hops = 0;
    return serving((request, response) => {
      if (request.url?.startsWith('/end')) return response.end('arrived');
      hops += 1;
      return response.writeHead(status, { location: to(hops) ?? '' }).end();
    });
  }

  it.each([301, 302, 303, 307, 308])('with %i are followed within the origin', async (status) => {
    expect(await get(await redirecting(status, () => '/end?a'))).toMatchObject({
      body: Buffer.from('arrived'),
    });
  });

  it('are followed five times', async () => {
    const five = await redirecting(302, (hop) => (hop === 5 ? '/end' : '/next'));
    expect(await get(five)).toMatchObject({ status: 200 });
    const six = await redirecting(302, (hop) => (hop === 6 ? '/end' : '/next'));
    expect(await get(six)).toMatchObject({ status: 302, headers: { location: '/end' } });
  });

  it('of a POST or DELETE are the answer', async () => {
    for (const method of ['POST', 'DELETE'] as const) {
      expect(await get(await redirecting(307, () => '/end'), { method })).toMatchObject({ status: 307 });
    }
  });

  it('to another origin are the answer, and nothing goes there', async () => {
    const visits: string[] = [];
    const other = await serving((request, response) => {
      visits.push(request.url ?? '');
      response.end();
    });
    for (const location of [
      other,
      `${other.replace('http:', '')}/x`,
      'https://127.0.0.1/',
      'file:///etc/passwd',
    ]) {
      const headers = { authorization: 'Bearer sk-mega-secret' };
      expect(await get(await redirecting(302, () => location), { headers })).toMatchObject({
        status: 302,
        headers: { location },
      });
    }
    expect(visits).toEqual([]);
  });

  it('to nowhere are the answer', async () => {
    expect(await get(await redirecting(302, () => undefined))).toMatchObject({ status: 302 });
    expect(await get(await redirecting(302, () => 'http://[oops'))).toMatchObject({ status: 302 });
  });
});

describe('failures', () => {
  it('refused: nobody listens', async () => {
    const server = createTcpServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await get(`http://127.0.0.1:${port}/`)).toEqual({
      kind: 'failure',
      cause: 'refused',
      host: `127.0.0.1:${port}`,
      detail: 'ECONNREFUSED',
    });
  });

  it.each(['ENOTFOUND', 'EAI_AGAIN'])('dns: %s', async (code) => {
    const lookup: LookupFunction = (_name, _options, done) =>
      done(Object.assign(new Error('no'), { code }), '');
    const answer = clientOf({ lookup }).send({ method: 'GET', url: 'http://a.invalid/', deadlineMs: 5000 });
    expect(await answer).toEqual({ kind: 'failure', cause: 'dns', host: 'a.invalid:80', detail: code });
  });

  const head = 'HTTP/1.1 200 OK\r\n';
  it.each<[string, string, 'end' | 'reset', string]>([
    ['reset: closed without an answer', '', 'end', 'reset'],
    ['reset: the connection is reset', '', 'reset', 'reset'],
    ['reset: closed within the headers', `${head}content-le`, 'end', 'reset'],
    ['reset: less than the length promised', `${head}content-length: 10\r\n\r\nhalf`, 'end', 'reset'],
    ['reset: reset within the body', `${head}content-length: 10\r\n\r\nhalf`, 'reset', 'reset'],
    ['reset: no last chunk', `${head}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n`, 'end', 'reset'],
    [
      'reset: an upgrade that nobody asked for',
      'HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'end',
      'reset',
    ],
    ['invalid: another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 'end', 'invalid'],
    ['invalid: bytes', '\u0000\u0001\u0002\u0003', 'end', 'invalid'],
    ['invalid: a broken chunk', `${head}transfer-encoding: chunked\r\n\r\nzz\r\n`, 'end', 'invalid'],
    ['too-large: endless headers', `${head}${'a: b\r\n'.repeat(20_000)}`, 'end', 'too-large'],
  ])('%s', async (_, bytes, then, cause) => {
    const url = await answering(bytes, then);
    expect(await get(url)).toMatchObject({ kind: 'failure', cause, host: new URL(url).host });
  });

  it.each([
    ['before an answer', ''],
    ['within the headers', head],
    ['within the body', `${head}content-length: 10\r\n\r\nhalf`],
  ])('timeout: silence %s', async (_, bytes) => {
    const url = await answering(bytes, 'wait');
    expect(await get(url, { deadlineMs: 80 })).toMatchObject({ kind: 'failure', cause: 'timeout' });
  });

  it('timeout: a body that trickles in without an end', async () => {
    const url = await serving((_, response) => {
      const drip = setInterval(() => response.write('x'), 10);
      response.once('close', () => clearInterval(drip));
    });
    expect(await get(url, { deadlineMs: 80 })).toMatchObject({ kind: 'failure', cause: 'timeout' });
  });

  it('timeout: redirects that come slowly, together', async () => {
    const url = await serving((_, response) => {
      setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 60);
    });
    expect(await get(url, { deadlineMs: 100 })).toMatchObject({ kind: 'failure', cause: 'timeout' });
  });

  it('timeout: a name that is looked up for ever', async () => {
    const client = clientOf({ lookup: () => undefined });
    const answer = await client.send({ method: 'GET', url: 'http://slow.invalid/', deadlineMs: 50 });
    expect(answer).toMatchObject({ kind: 'failure', cause: 'timeout', host: 'slow.invalid:80' });
  });

  it('a client that is closed ends what is under way', async () => {
    const client = clientOf();
    const answer = client.send({ method: 'GET', url: await answering('', 'wait'), deadlineMs: 60_000 });
    setTimeout(() => client.close(), 20);
    expect(await answer).toMatchObject({ kind: 'failure' });
  });
});

describe('a signal', () => {
  it('cancels', async () => {
    const controller = new AbortController();
    const answer = get(await answering('', 'wait'), { signal: controller.signal });
    controller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'MegallmError', code: 'cancelled' });
  });

  it('that is aborted already keeps anything from being sent', async () => {
    const url = await serving(() => expect.unreachable());
    await expect(get(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('hands on the MegallmError that it was aborted with', async () => {
    const reason = new MegallmError('refused', 'Enough.');
    await expect(get('http://127.0.0.1:1/', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('of a timeout is a failure', async () => {
    const url = await answering('', 'wait');
    expect(await get(url, { signal: AbortSignal.timeout(30) })).toMatchObject({ cause: 'timeout' });
  });
});
