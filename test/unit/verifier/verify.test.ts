import { createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceAddress } from '../../../src/api/address.ts';
import { Secret } from '../../../src/secret.ts';
import { createHttpClient, type HttpClient } from '../../../src/system/http.ts';
import { verify } from '../../../src/verifier/verify.ts';
import { type FaultName, faults } from '../../sandbox/faults.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/service.ts';

let sandbox: Sandbox;
let client: HttpClient;
let key: Secret;
let address: ServiceAddress;

beforeEach(async () => {
  sandbox = await startSandbox();
  client = createHttpClient({ env: {}, userAgent: 'test' });
  key = new Secret(sandbox.issueKey().key);
  address = { gateway: sandbox.url, web: sandbox.url };
});

afterEach(async () => {
  client.close();
  await sandbox.close();
  expect(sandbox.unknownRequests).toEqual([]);
  expect(sandbox.otherOriginRequests).toEqual([]);
});

const userinfo = '/api/oauth/userinfo';
const messages = '/v1/messages';

describe('a good key', () => {
  it('is accepted in both headers, with all that is known about it', async () => {
    const report = await verify(client, address, key);
    expect(report).toEqual({
      bearer: { kind: 'accepted', latencyMs: expect.any(Number), debug: expect.any(Array) },
      anthropic: { kind: 'accepted', latencyMs: expect.any(Number), debug: expect.any(Array) },
      models: expect.arrayContaining([{ id: 'gpt-4', ownedBy: 'openai' }]),
      identity: { subject: 'user_dev', email: 'dev@example.com', name: 'Dev Example', emailVerified: true },
      clockSkewSeconds: expect.closeTo(0, -1),
    });
    if (report.bearer.kind === 'accepted') {
      expect(report.bearer.debug).toContainEqual({ name: 'x-debug-auth-standing', value: 'live' });
      expect(report.bearer.debug).toContainEqual({ name: 'debug_auth.method', value: 'bearer' });
    }
  });

  it('is asked about in five ways at once, each with X-Debug-Auth', async () => {
    await verify(client, address, key);
    const bearer = `Bearer ${key.reveal()}`;
    const sent = sandbox.requests.map(({ method, path, headers, body }) => ({
      what: `${method} ${path}`,
      bearer: headers.authorization === bearer,
      apiKey: headers['x-api-key'] === key.reveal() && headers['anthropic-version'] === '2023-06-01',
      body,
      debug: headers['x-debug-auth'],
    }));
    const common = { body: '', debug: 'true' };
    expect(sent).toHaveLength(5);
    expect(sent).toEqual(
      expect.arrayContaining([
        { what: 'GET /v1/models', bearer: true, apiKey: false, ...common },
        { what: 'GET /v1/models', bearer: false, apiKey: false, ...common },
        { what: `GET ${userinfo}`, bearer: true, apiKey: false, ...common },
        { what: `POST ${messages}`, bearer: true, apiKey: false, ...common, body: '{}' },
        { what: `POST ${messages}`, bearer: false, apiKey: true, ...common, body: '{}' },
      ]),
    );
  });

  it('takes one request, however slow each is', async () => {
    sandbox.setFault(faults.slow(1500));
    const report = await verify(client, address, key, { deadlineMs: 2900 });
    expect(report).toMatchObject({
      bearer: { kind: 'accepted' },
      anthropic: { kind: 'accepted' },
      identity: {},
    });
  });

  it('is accepted where anybody may list the models', async () => {
    sandbox.setFault('public-models');
    expect(await verify(client, address, key)).toMatchObject({ bearer: { kind: 'accepted' }, identity: {} });
  });

  it.each([403, 404] as const)('is accepted by the messages where userinfo says %i', async (status) => {
    sandbox.setFault(faults['public-models']({ userinfo: status }));
    const report = await verify(client, address, key);
    expect(report).toMatchObject({ bearer: { kind: 'accepted' }, anthropic: { kind: 'accepted' } });
    expect(report.identity).toBeUndefined();
  });

  it.each<FaultName>(['server-error', 'reset', 'truncated', 'html', 'rate-limited', 'redirect-other-origin'])(
    'is accepted though the web app has the fault %s',
    async (fault) => {
      for (const open of [false, true]) {
        sandbox.setFault(open ? 'public-models' : undefined);
        sandbox.addFault(fault, userinfo);
        expect(await verify(client, address, key)).toMatchObject({ bearer: { kind: 'accepted' } });
      }
    },
  );

  it('is accepted though the web app is not there', async () => {
    const gone = { ...address, web: 'http://127.0.0.1:1' };
    const report = await verify(client, gone, key);
    expect(report).toMatchObject({ bearer: { kind: 'accepted' }, models: expect.any(Array) });
    expect(report).not.toHaveProperty('identity');
  });

  it('does not wait to the deadline for a web app that hangs', async () => {
    sandbox.setFault('hang', userinfo);
    const started = performance.now();
    expect(await verify(client, address, key, { deadlineMs: 30_000 })).toMatchObject({
      bearer: { kind: 'accepted' },
      anthropic: { kind: 'accepted' },
    });
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('that is refused as x-api-key alone is accepted, with a warning', async () => {
    sandbox.acceptsApiKeyHeader = false;
    expect(await verify(client, address, key)).toMatchObject({
      bearer: { kind: 'accepted' },
      anthropic: { kind: 'unauthorized', status: 401, requestId: expect.stringMatching(/^req_/) },
    });
  });

  it('is accepted where the Anthropic format is not served', async () => {
    sandbox.setFault(faults.status(404), messages);
    expect(await verify(client, address, key)).toMatchObject({
      bearer: { kind: 'accepted' },
      anthropic: 'not-served',
    });
  });
});

describe('a bad key', () => {
  it.each([
    ['revoked', undefined],
    ['revoked, where anybody may list the models', 'public-models'],
    ['revoked, where userinfo says nothing', faults['public-models']({ userinfo: 404 })],
  ] as const)('that is %s is refused', async (_, fault) => {
    sandbox.revokeKey(key.reveal());
    sandbox.setFault(fault);
    const report = await verify(client, address, key);
    expect(report).toMatchObject({
      bearer: { kind: 'unauthorized', status: 401, debug: expect.any(Array) },
      anthropic: { kind: 'unauthorized' },
    });
    expect(report).not.toHaveProperty('models');
    expect(report).not.toHaveProperty('identity');
  });

  it('that lacks the scope is forbidden', async () => {
    const { key: value } = sandbox.issueKey({ scopes: ['profile:read'] });
    expect(await verify(client, address, new Secret(value))).toMatchObject({
      bearer: { kind: 'forbidden', status: 403 },
      anthropic: { kind: 'forbidden' },
    });
  });

  it.each<FaultName>(['server-error', 'rate-limited', 'reset', 'html', 'hang'])(
    'is refused even though the models have the fault %s',
    async (fault) => {
      sandbox.revokeKey(key.reveal());
      sandbox.setFault(fault, '/v1/models');
      const report = await verify(client, address, key, { deadlineMs: 1000 });
      expect(report).toMatchObject({ bearer: { kind: 'unauthorized' } });
    },
  );

  it('that no header can carry is wrong usage', async () => {
    const odd = new Secret('sk-mega-0123456789abcdef…');
    await expect(verify(client, address, odd)).rejects.toMatchObject({ name: 'MegallmError', code: 'usage' });
  });
});

describe('a service that is not well', () => {
  it.each<[FaultName, object]>([
    ['unauthorized', { kind: 'unauthorized', status: 401 }],
    ['forbidden', { kind: 'forbidden', status: 403 }],
    ['rate-limited', { kind: 'rate-limited', retryAfterSeconds: 2 }],
    ['server-error', { kind: 'broken', status: 500 }],
    ['unavailable', { kind: 'broken', status: 503 }],
    ['reset', { kind: 'unreachable', cause: 'reset' }],
    ['lost-answer', { kind: 'unreachable', cause: 'reset' }],
    ['truncated', { kind: 'unreachable', cause: 'reset' }],
    ['hang', { kind: 'unreachable', cause: 'timeout' }],
    ['stall', { kind: 'unreachable', cause: 'timeout' }],
    ['html', { kind: 'not-megallm', contentType: 'text/html' }],
    ['malformed-json', { kind: 'not-megallm', contentType: 'application/json' }],
    ['empty-body', { kind: 'not-megallm' }],
    ['huge-body', { kind: 'not-megallm' }],
    ['redirect-other-origin', { kind: 'not-megallm', status: 302 }],
    ['redirect-loop', { kind: 'not-megallm', status: 302 }],
  ])('%s', async (fault, expected) => {
    sandbox.setFault(fault);
    const deadlineMs = fault === 'hang' || fault === 'stall' ? 300 : 20_000;
    const { bearer, anthropic, models } = await verify(client, address, key, { deadlineMs });
    expect(bearer).toMatchObject(expected);
    expect(anthropic).toMatchObject(expected);
    expect(models).toBeUndefined();
  });

  it.each([301, 302, 303, 307, 308])('never gets the key sent elsewhere by a %i', async (status) => {
    sandbox.setFault(faults['redirect-other-origin'](status));
    expect(await verify(client, address, key)).toMatchObject({ bearer: { kind: 'not-megallm' } });
  });

  it.each([
    ['nobody listens', 'http://127.0.0.1:1', 'refused'],
    ['there is no such name', 'https://megallm.invalid', 'dns'],
  ])('%s', async (_, gateway, cause) => {
    expect(await verify(client, { gateway, web: gateway }, key)).toMatchObject({
      bearer: { kind: 'unreachable', cause },
    });
  });

  it('says at once for how long to wait, however long that is', async () => {
    sandbox.setFault(faults['rate-limited'](86_400));
    const started = performance.now();
    const report = await verify(client, address, key);
    expect(report.bearer).toMatchObject({ kind: 'rate-limited', retryAfterSeconds: 86_400 });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('speaks another protocol', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('220 mail.example ESMTP\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gateway = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const report = await verify(client, { gateway, web: gateway }, key);
    server.close();
    expect(report.bearer.kind).toMatch(/^(not-megallm|unreachable)$/);
  });

  it.each([
    [3600, -3600],
    [-7200, 7200],
  ])('has a clock %i seconds from ours', async (theirs, skew) => {
    sandbox.setFault(faults['skewed-date'](theirs));
    const { clockSkewSeconds = 0 } = await verify(client, address, key);
    expect(Math.abs(clockSkewSeconds - skew)).toBeLessThan(5);
  });

  it('may echo the key wherever it likes', async () => {
    const tail = key.reveal().slice('sk-mega-'.length);
    for (const fault of [undefined, 'unauthorized', 'public-models'] as const) {
      sandbox.setFault('echo');
      if (fault !== undefined) sandbox.addFault(fault);
      const report = await verify(client, address, key);
      expect(JSON.stringify(report)).not.toContain(tail);
      expect(JSON.stringify(report)).toContain(`${key}`);
    }
  });
});

describe('cancelling', () => {
  it('ends it', async () => {
    sandbox.setFault('hang');
    const controller = new AbortController();
    const report = verify(client, address, key, { signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(report).rejects.toMatchObject({ name: 'MegallmError', code: 'cancelled' });
  });

  it('beforehand sends nothing', async () => {
    const signal = AbortSignal.abort();
    await expect(verify(client, address, key, { signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(sandbox.requests).toEqual([]);
  });

  it('by a timeout is an outcome', async () => {
    sandbox.setFault('hang');
    const report = await verify(client, address, key, { signal: AbortSignal.timeout(50) });
    expect(report.bearer).toMatchObject({ kind: 'unreachable', cause: 'timeout' });
  });
});
