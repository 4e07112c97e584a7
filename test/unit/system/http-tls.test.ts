import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../../src/system/http.ts';
import type { Connection } from '../../../src/system/http-connection.ts';
import type { Variables } from '../../../src/system/machine.ts';
import { type Certificate, selfSigned } from '../../support/certificate.ts';
import { type Home, temporaryHome } from '../../support/temporary-home.ts';

const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  open.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function secureServer(certificate: Certificate): Promise<number> {
  return listening(createServer(certificate, (_, response) => response.end('secret')));
}

/** Trusts `certificate` as if the system did. */
function trusting({ cert }: Certificate, home: Home = temporaryHome()): Variables {
  home.write('ca.pem', cert);
  return { SSL_CERT_FILE: `${home.path}/ca.pem` };
}

async function send(url: string, env: Variables, deadlineMs = 5000) {
  const client = createHttpClient({ env, userAgent: 'test' });
  open.push(() => client.close());
  return client.send({
    method: 'POST',
    url,
    headers: { authorization: 'Bearer k' },
    body: { json: {} },
    deadlineMs,
  });
}

/** A proxy that lets CONNECT through, or answers it with `status`. It records what was asked of it. */
async function connectProxy(status = 200) {
  const asked: { target: string | undefined; authorization: string | undefined }[] = [];
  const server = createHttpServer((_, response) => response.writeHead(501).end());
  server.on('connect', ({ url = '', headers }, client, head) => {
    asked.push({ target: url, authorization: headers['proxy-authorization'] });
    client.on('error', () => undefined);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 4\r\n\r\nsays`);
      return;
    }
    const [, port] = url.split(':');
    const upstream = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    open.push(() => upstream.destroy());
  });
  return { asked, host: `127.0.0.1:${await listening(server)}` };
}

const certificate = selfSigned();

/** The connections that `requests` GETs one after the other make. */
async function connectionsOf(url: string, env: Variables, requests = 1): Promise<Connection[]> {
  const connections: Connection[] = [];
  const onConnection = (connection: Connection) => void connections.push(connection);
  const client = createHttpClient({ env, userAgent: 'test', onConnection });
  open.push(() => client.close());
  for (let sent = 0; sent < requests; sent += 1) await client.send({ method: 'GET', url, deadlineMs: 5000 });
  return connections;
}

describe('whoever watches connections', () => {
  const time = expect.any(Number);

  it('is told how long each step took, and who vouches for the server', async () => {
    const port = await secureServer(certificate);
    const env = { SSL_CERT_FILE: trusting(certificate).SSL_CERT_FILE };
    const seen = await connectionsOf(`https://localhost:${port}/`, env, 3);
    const begun = { host: `localhost:${port}`, lookupMs: time, connectMs: time };
    const secure = { ...begun, secureMs: time, protocol: 'TLSv1.3', issuer: 'megallm test', isPublic: false };
    // The first one turned the certificate down; the two requests after it went over one connection.
    expect(seen).toEqual([begun, secure]);
  });

  it('sees where it stopped', async () => {
    expect(await connectionsOf('http://127.0.0.1:1/', {})).toEqual([{ host: '127.0.0.1:1' }]);
    const port = await listening(createHttpServer((_, response) => response.end()));
    const [first] = await connectionsOf(`https://127.0.0.1:${port}/`, {});
    expect(first).toEqual({ host: `127.0.0.1:${port}`, connectMs: time });
  });

  it('sees through a tunnel', async () => {
    const port = await secureServer(certificate);
    const { host: proxy } = await connectProxy();
    const env = { ...trusting(certificate), HTTPS_PROXY: proxy };
    const seen = await connectionsOf(`https://localhost:${port}/`, env);
    expect(seen.at(-1)).toMatchObject({
      host: `localhost:${port}`,
      proxy,
      secureMs: time,
      issuer: 'megallm test',
    });
  });
});

describe('TLS', () => {
  it('does not talk to a server whose certificate nobody vouches for', async () => {
    const port = await secureServer(certificate);
    expect(await send(`https://localhost:${port}/`, {})).toEqual({
      kind: 'failure',
      cause: 'tls',
      host: `localhost:${port}`,
      detail: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      certificate: {
        issuer: 'megallm test',
        validFrom: Date.UTC(2020, 0, 1),
        validTo: Date.UTC(2099, 0, 1),
      },
    });
  });

  it('trusts what the system trusts', async () => {
    const port = await secureServer(certificate);
    const client = createHttpClient({ env: trusting(certificate), userAgent: 'test' });
    open.push(() => client.close());
    const request = { method: 'GET', url: `https://localhost:${port}/`, deadlineMs: 5000 } as const;
    const answers = await Promise.all([client.send(request), client.send(request), client.send(request)]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: Buffer.from('secret') });
  });

  it('does not trust more because of a file that is no certificate', async () => {
    const port = await secureServer(certificate);
    const home = temporaryHome();
    for (const SSL_CERT_FILE of [home.path, `${home.path}/missing`]) {
      expect(await send(`https://localhost:${port}/`, { SSL_CERT_FILE })).toMatchObject({ cause: 'tls' });
    }
    const env = trusting({ ...certificate, cert: 'no certificate' }, home);
    expect(await send(`https://localhost:${port}/`, env)).toMatchObject({ cause: 'tls' });
  });

  it('wants the certificate to be for the host', async () => {
    const url = `https://127.0.0.1:${await secureServer(certificate)}/`;
    expect(await send(url, trusting(certificate))).toMatchObject({
      cause: 'tls',
      detail: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it.each([
    ['CERT_HAS_EXPIRED', '20200101', '20210101'],
    ['CERT_NOT_YET_VALID', '20980101', '20990101'],
  ])('tells %s', async (detail, from, until) => {
    const dated = selfSigned(from, until);
    const url = `https://localhost:${await secureServer(dated)}/`;
    expect(await send(url, trusting(dated))).toMatchObject({ cause: 'tls', detail });
  });

  it('is not spoken by a server in the clear', async () => {
    const port = await listening(createHttpServer((_, response) => response.end()));
    expect(await send(`https://localhost:${port}/`, {})).toMatchObject({ cause: 'tls' });
  });

  it('is given up at the deadline', async () => {
    const { createServer: createTcpServer } = await import('node:net');
    const port = await listening(createTcpServer(() => undefined));
    expect(await send(`https://localhost:${port}/`, {}, 50)).toMatchObject({ cause: 'timeout' });
  });
});

describe('a tunnel through a proxy', () => {
  it('carries requests that the proxy cannot read', async () => {
    const port = await secureServer(certificate);
    const { asked, host } = await connectProxy();
    const env = { ...trusting(certificate), HTTPS_PROXY: `http://me:secret@${host}` };
    const answer = await send(`https://localhost:${port}/`, env);
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('secret') });
    const authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    // Twice: the certificate turned out to be one that only the system trusts.
    const target = `localhost:${port}`;
    expect(asked).toEqual([
      { target, authorization },
      { target, authorization },
    ]);
  });

  it('shows whose certificate is wrong', async () => {
    const port = await secureServer(certificate);
    const { host } = await connectProxy();
    expect(await send(`https://localhost:${port}/`, { https_proxy: host })).toMatchObject({
      cause: 'tls',
      host: `localhost:${port}`,
    });
  });

  it.each([403, 407, 502])('is refused with %i', async (status) => {
    const { host } = await connectProxy(status);
    const answer = await send('https://megallm.invalid/', { HTTPS_PROXY: `http://me:secret@${host}` });
    expect(answer).toEqual({ kind: 'failure', cause: 'proxy', host, detail: `status ${status}` });
  });

  it.each([
    ['is not there', 'http://127.0.0.1:1', '127.0.0.1:1', 'ECONNREFUSED'],
    ['has no address', 'http://proxy.invalid:3128', 'proxy.invalid:3128', /^(ENOTFOUND|EAI_AGAIN)$/],
  ])('fails when the proxy %s', async (_, proxy, host, detail) => {
    const answer = await send('https://megallm.invalid/', { HTTPS_PROXY: proxy });
    expect(answer).toMatchObject({ cause: 'proxy', host, detail: expect.stringMatching(detail) });
  });

  it.each([
    ['closes', 'end'],
    ['resets', 'resetAndDestroy'],
  ] as const)('fails when the proxy %s the connection', async (_, how) => {
    const { createServer: createTcpServer } = await import('node:net');
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket[how]());
    });
    const host = `127.0.0.1:${await listening(server)}`;
    expect(await send('https://megallm.invalid/', { HTTPS_PROXY: host })).toMatchObject({
      cause: 'proxy',
      host,
    });
  });

  it('can be reached over TLS itself', async () => {
    const { createServer: createTlsServer } = await import('node:tls');
    const server = createTlsServer(certificate, (socket) => socket.on('error', () => undefined));
    const host = `127.0.0.1:${await listening(server)}`;
    expect(await send('https://megallm.invalid/', { HTTPS_PROXY: `https://${host}` })).toMatchObject({
      cause: 'proxy',
      host,
      detail: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });
});
