import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../../src/system/http.ts';
import { proxyFor } from '../../../src/system/http-proxy.ts';
import type { Variables } from '../../../src/system/machine.ts';

const gateway = 'https://ai.megallm.io/v1/models';

function chosen(url: string, env: Variables): string | undefined {
  const proxy = proxyFor(new URL(url), env);
  return proxy?.kind === 'failure' ? `${proxy.cause}: ${proxy.host} ${proxy.detail}` : proxy?.host;
}

describe('the proxy variables', () => {
  it.each<[string, Variables, string | undefined]>([
    ['none', {}, undefined],
    ['HTTPS_PROXY', { HTTPS_PROXY: 'http://p:3128' }, 'p:3128'],
    ['https_proxy', { https_proxy: 'http://p:3128' }, 'p:3128'],
    ['the lower case wins', { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:1' }, 'low:1'],
    ['an empty one is none', { https_proxy: '', HTTPS_PROXY: ' ' }, undefined],
    ['another scheme', { HTTP_PROXY: 'http://p:3128' }, undefined],
    ['ALL_PROXY', { ALL_PROXY: 'http://p:3128' }, 'p:3128'],
    [
      'its own scheme before ALL_PROXY',
      { all_proxy: 'socks5://s:1', HTTPS_PROXY: 'http://p:3128' },
      'p:3128',
    ],
    ['no scheme', { HTTPS_PROXY: 'p:3128' }, 'p:3128'],
    ['no port', { HTTPS_PROXY: 'http://p' }, 'p:80'],
    ['over TLS', { HTTPS_PROXY: 'https://p' }, 'p:443'],
    ['IPv6', { HTTPS_PROXY: 'http://[fe80::1]:3128' }, '[fe80::1]:3128'],
    ['no URL', { HTTPS_PROXY: 'http://user:secret@' }, 'proxy: HTTPS_PROXY not a URL'],
    ['broken credentials', { HTTPS_PROXY: 'http://%zz:secret@p' }, 'proxy: HTTPS_PROXY not a URL'],
    ['SOCKS', { all_proxy: 'socks5h://user:secret@s:1080' }, 'proxy: s:1080 socks5h is not supported'],
  ])('%s', (_, env, expected) => {
    expect(chosen(gateway, env)).toBe(expected);
  });

  it('may hold credentials, percent-encoded', () => {
    const env = { HTTPS_PROXY: 'http://me%40acme:p%3Ass@p:3128' };
    const authorization = `Basic ${Buffer.from('me@acme:p:ss').toString('base64')}`;
    expect(proxyFor(new URL(gateway), env)).toMatchObject({ host: 'p:3128', authorization });
  });

  it.each<[string, string, boolean]>([
    ['*', gateway, true],
    ['ai.megallm.io', gateway, true],
    ['AI.MegaLLM.io', gateway, true],
    ['megallm.io', gateway, true],
    ['.megallm.io', gateway, true],
    ['*.megallm.io', gateway, true],
    ['egallm.io', gateway, false],
    ['x.ai.megallm.io', gateway, false],
    ['other.com, ai.megallm.io', gateway, true],
    ['other.com ai.megallm.io', gateway, true],
    ['ai.megallm.io:443', gateway, true],
    ['ai.megallm.io:8443', gateway, false],
    ['ai.megallm.io:8443', 'https://ai.megallm.io:8443/', true],
    ['', gateway, false],
    [',,', gateway, false],
    ['.', gateway, false],
    ['10.1.2.3', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.0.0.0/99', 'https://10.1.2.3/', false],
    ['.3', 'https://10.1.2.3/', false],
    ['fd00::1', 'https://[fd00::1]/', true],
    ['fd00:0::1', 'https://[fd00::1]/', true],
    ['[fd00::1]:443', 'https://[fd00::1]/', true],
    ['[fd00::1]:444', 'https://[fd00::1]/', false],
    ['fd00::/8', 'https://[fd00::1]/', true],
    ['ai.megallm.io', 'https://ai.megallm.io./', true],
  ])('NO_PROXY=%j and %s: straight: %s', (list, url, straight) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      expect(chosen(url, { HTTPS_PROXY: 'http://p:3128', [name]: list })).toBe(
        straight ? undefined : 'p:3128',
      );
    }
  });

  it.each([
    ['http://localhost:1/', 'http://p:3128', undefined],
    ['http://127.0.0.5:1/', 'http://p:3128', undefined],
    ['http://[::1]:1/', 'http://p:3128', undefined],
    ['http://127.0.0.1:1/', 'http://localhost:3128', 'localhost:3128'],
    ['http://127.0.0.1:1/', 'http://[::1]:3128', '[::1]:3128'],
  ])('lead to %s by way of %s only if that is on this machine too', (url, proxy, expected) => {
    expect(chosen(url, { HTTP_PROXY: proxy })).toBe(expected);
  });
});

describe('a proxy for requests in the clear', () => {
  const open: (() => void)[] = [];

  afterEach(() => {
    for (const close of open.splice(0)) close();
  });

  async function through(status: number) {
    const seen: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      seen.push(request);
      response.writeHead(status).end('from the proxy');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const env = { http_proxy: `http://me:secret@127.0.0.1:${port}` };
    const client = createHttpClient({ env, userAgent: 'test' });
    open.push(() => {
      client.close();
      server.close();
    });
    const headers = { authorization: 'Bearer k' };
    const answer = await client.send({
      method: 'GET',
      url: 'http://127.0.0.1:9/v1?a',
      headers,
      deadlineMs: 5000,
    });
    return { seen, answer, port };
  }

  it('gets the whole URL and its credentials', async () => {
    const { seen, answer } = await through(200);
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('from the proxy') });
    expect(seen[0]).toMatchObject({
      url: 'http://127.0.0.1:9/v1?a',
      headers: {
        host: '127.0.0.1:9',
        authorization: 'Bearer k',
        'proxy-authorization': `Basic ${Buffer.from('me:secret').toString('base64')}`,
      },
    });
  });

  it('that wants other credentials is a failure', async () => {
    const { answer, port } = await through(407);
    const host = `127.0.0.1:${port}`;
    expect(answer).toEqual({ kind: 'failure', cause: 'proxy', host, detail: 'status 407' });
  });

  it('that is not there is a failure of the proxy', async () => {
    const env = { HTTP_PROXY: 'http://me:secret@127.0.0.1:1' };
    const client = createHttpClient({ env, userAgent: 'test' });
    expect(await client.send({ method: 'GET', url: 'http://127.0.0.1:9/', deadlineMs: 5000 })).toEqual({
      kind: 'failure',
      cause: 'proxy',
      host: '127.0.0.1:1',
      detail: 'ECONNREFUSED',
    });
  });
});
