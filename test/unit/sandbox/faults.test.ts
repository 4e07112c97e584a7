import { describe, expect, it } from 'vitest';
import { type FaultName, faults } from '../../sandbox/faults.ts';
import { call, under } from './call.ts';

describe('faults that answer in place of the service', () => {
  it.each<[FaultName, number]>([
    ['unauthorized', 401],
    ['forbidden', 403],
    ['rate-limited', 429],
    ['server-error', 500],
    ['status', 500],
    ['unavailable', 503],
  ])('%s answers %i with the documented error', async (name, status) => {
    const reply = await (await under(name)).ask();
    expect(reply.status).toBe(status);
    expect(reply.json.error).toEqual({
      message: expect.any(String),
      type: expect.any(String),
      code: expect.any(String),
    });
  });

  it('rate-limited says when to come back, in seconds or as a date', async () => {
    expect((await (await under('rate-limited')).ask()).headers['retry-after']).toBe('2');
    const date = new Date('2030-01-02T03:04:05Z');
    const reply = await (await under(faults['rate-limited'](date))).ask();
    expect(reply.headers['retry-after']).toBe('Wed, 02 Jan 2030 03:04:05 GMT');
    expect((await (await under(faults.status(429))).ask()).headers['retry-after']).toBeUndefined();
  });

  it('status has the other error shapes too', async () => {
    expect((await (await under(faults.status(502, 'message'))).ask()).json).toHaveProperty('message');
    expect((await (await under(faults.status(502, 'text'))).ask()).json.error).toContain('502');
    expect((await (await under(faults.status(502, 'html'))).ask()).headers['content-type']).toContain(
      'text/html',
    );
  });

  it('html is a captive portal, malformed-json no JSON, empty-body nothing', async () => {
    const portal = await (await under('html')).ask();
    expect([portal.status, portal.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const malformed = await (await under('malformed-json')).ask();
    expect([malformed.status, malformed.headers['content-type'], malformed.json]).toEqual([
      200,
      'application/json',
      undefined,
    ]);
    expect(await (await under('empty-body')).ask()).toMatchObject({ status: 200, body: '' });
  });

  it('redirects to the other origin, which records who comes', async () => {
    const { sandbox, key, ask } = await under('redirect-other-origin');
    const { status, headers } = await ask('/v1/models?limit=1');
    expect([status, headers.location]).toEqual([302, `${sandbox.otherOriginUrl}/v1/models?limit=1`]);
    expect(new URL(sandbox.otherOriginUrl).origin).not.toBe(new URL(sandbox.url).origin);
    expect(sandbox.otherOriginRequests).toEqual([]);
    await call(headers.location ?? '', { key, body: 'secret' });
    expect(sandbox.otherOriginRequests).toMatchObject([
      { headers: { authorization: `Bearer ${key}` }, body: 'secret' },
    ]);
    expect(sandbox.requests).toHaveLength(1);
  });

  it('redirects in a loop', async () => {
    const reply = await (await under('redirect-loop')).ask();
    expect([reply.status, reply.headers.location]).toEqual([302, '/v1/models']);
  });

  it('public-models answers without a credential, and leaves the rest as it is', async () => {
    const { sandbox, ask } = await under('public-models');
    expect((await call(`${sandbox.url}/v1/models`)).json.data).not.toHaveLength(0);
    expect((await call(`${sandbox.url}/api/oauth/userinfo`)).status).toBe(401);
    sandbox.setFault(faults['public-models']({ userinfo: 404 }));
    expect((await ask('/api/oauth/userinfo')).status).toBe(404);
    expect((await call(`${sandbox.url}/v1/messages`, { body: {} })).status).toBe(401);
  });
});

describe('faults that change what the service answers', () => {
  it('echo gives the key back in headers, body and error message', async () => {
    const { sandbox, key, ask } = await under('echo');
    const passed = await ask();
    expect(passed.headers['x-debug-auth-received']).toContain(key);
    expect(JSON.stringify(passed.json.debug)).toContain(key);
    expect(passed.json.data).not.toHaveLength(0);
    sandbox.addFault('unauthorized');
    expect((await ask()).json.error.message).toContain(key);
  });

  it('skewed-date moves the clock', async () => {
    const { headers } = await (await under(faults['skewed-date'](-86_400))).ask();
    const skew = Date.parse(headers.date ?? '') - Date.now();
    expect(Math.abs(skew + 86_400_000)).toBeLessThan(60_000);
  });

  it('huge-body is as long as asked for, and valid JSON', async () => {
    const reply = await (await under(faults['huge-body'](1_000_000))).ask();
    expect(reply.body.length).toBeGreaterThan(1_000_000);
    expect(reply.json.object).toBe('list');
  });

  it('slow comes late', async () => {
    const { ask } = await under(faults.slow(20));
    const start = performance.now();
    expect((await ask()).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(18);
  });
});

describe('where faults apply', () => {
  it('by path, by predicate, a number of times, beside each other, and no more', async () => {
    const { sandbox, ask } = await under(undefined);
    sandbox.setFault('forbidden', '/v1/models');
    expect([(await ask()).status, (await ask('/api/oauth/orgs')).status]).toEqual([403, 200]);
    sandbox.addFault('unavailable', ({ path }) => path.endsWith('/orgs'), 1);
    expect([(await ask()).status, (await ask('/api/oauth/orgs')).status]).toEqual([403, 503]);
    expect((await ask('/api/oauth/orgs')).status).toBe(200);
    sandbox.setFault('unauthorized', '/api');
    expect((await ask()).status).toBe(200);
    sandbox.setFault(undefined);
    expect((await ask('/api/oauth/orgs')).status).toBe(200);
  });

  it('records unknown requests also under a fault', async () => {
    const { sandbox, ask } = await under('server-error');
    await ask('/v2/models');
    expect(sandbox.unknownRequests).toMatchObject([{ path: '/v2/models' }]);
  });
});
