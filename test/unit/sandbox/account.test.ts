import { describe, expect, it } from 'vitest';
import { call, freshSandbox } from './call.ts';

const endpoints: [method: string, path: string, scope: string][] = [
  ['GET', '/api/oauth/userinfo', 'profile:read'],
  ['GET', '/api/oauth/orgs', 'profile:read'],
  ['GET', '/api/v1/keys', 'keys:read'],
  ['POST', '/api/v1/keys', 'keys:manage'],
  ['DELETE', '/api/v1/keys/key_x', 'keys:manage'],
];

describe('account authentication', () => {
  it.each(endpoints)('%s %s needs a live key with %s', async (method, path, scope) => {
    const sandbox = await freshSandbox();
    const url = sandbox.url + path;
    const key = sandbox.issueKey({ scopes: [scope] }).key;
    const others = ['api:use', 'profile:read', 'keys:read', 'keys:manage'].filter((one) => one !== scope);
    const narrow = sandbox.issueKey({ scopes: others }).key;

    expect([200, 400, 404]).toContain((await call(url, { method, key })).status);
    expect((await call(url, { method })).status).toBe(401);
    expect((await call(url, { method, key: narrow })).status).toBe(403);
    sandbox.revokeKey(key);
    expect((await call(url, { method, key })).status).toBe(401);
    expect(sandbox.unknownRequests).toEqual([]);
  });

  it('tells who and where the key belongs', async () => {
    const sandbox = await freshSandbox();
    const { key } = sandbox.issueKey();
    expect((await call(`${sandbox.url}/api/oauth/userinfo`, { key })).json).toEqual(sandbox.user);
    const orgs = await call(`${sandbox.url}/api/oauth/orgs`, { key });
    expect(orgs.json.data[0]).toEqual({ org_id: 'org_acme', org_name: 'Acme', role: 'owner' });
  });
});

describe('keys', () => {
  it('creates a key whose secret is shown this once, and deletes it', async () => {
    const sandbox = await freshSandbox();
    const { key } = sandbox.issueKey();
    const url = `${sandbox.url}/api/v1/keys`;
    const expires_at = new Date(Date.now() + 60_000).toISOString();
    const created = await call(url, { key, body: { api_key_name: 'CI', org_id: 'org_globex', expires_at } });
    const { api_key, api_key_id } = created.json.data;
    expect(created.json.data).toMatchObject({ key_prefix: api_key.slice(0, 16), expires_at });

    const listed = await call(`${url}?org=org_globex`, { key });
    expect(listed.json.data.keys).toMatchObject([{ api_key_id, api_key_name: 'CI', org_id: 'org_globex' }]);
    expect(listed.body).not.toContain(api_key);
    expect((await call(`${sandbox.url}/v1/models`, { key: api_key })).status).toBe(200);

    expect((await call(`${url}/${api_key_id}`, { method: 'DELETE', key })).status).toBe(200);
    expect((await call(`${url}/${api_key_id}`, { method: 'DELETE', key })).status).toBe(404);
    expect((await call(`${sandbox.url}/v1/models`, { key: api_key })).status).toBe(401);
  });

  it.each([
    [400, { org_id: 'org_acme' }],
    [400, { api_key_name: 'x' }],
    [403, { api_key_name: 'x', org_id: 'org_other' }],
    [400, { api_key_name: 'x', org_id: 'org_acme', expires_at: '2020-01-01T00:00:00Z' }],
  ])('answers %i to %o', async (status, body) => {
    const sandbox = await freshSandbox();
    const reply = await call(`${sandbox.url}/api/v1/keys`, { key: sandbox.issueKey().key, body });
    expect(reply.status).toBe(status);
  });

  it('keeps the keys of other people apart', async () => {
    const sandbox = await freshSandbox();
    const { key } = sandbox.issueKey();
    const foreign = sandbox.issueKey({ user: { ...sandbox.user, sub: 'user_other' } });
    const url = `${sandbox.url}/api/v1/keys`;
    expect((await call(url, { key })).json.data.keys).toHaveLength(1);
    expect((await call(`${url}/${foreign.id}`, { method: 'DELETE', key })).status).toBe(404);
    expect((await call(`${url}?org=org_other`, { key })).status).toBe(403);
  });

  it('pages through 10,000 keys by cursor', async () => {
    const sandbox = await freshSandbox();
    const { key } = sandbox.issueKey();
    sandbox.addKeys(9_999);
    expect((await call(`${sandbox.url}/api/v1/keys`, { key })).json.data.keys).toHaveLength(10_000);

    sandbox.keysPageSize = 4_000;
    const sizes: number[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { data } = (await call(`${sandbox.url}/api/v1/keys?org=org_acme${query}`, { key })).json;
      sizes.push(data.keys.length);
      cursor = data.next_cursor;
    }
    expect(sizes).toEqual([4_000, 4_000, 2_000]);
    expect((await call(`${sandbox.url}/api/v1/keys?cursor=nowhere`, { key })).status).toBe(400);
  });

  it('lists in the shapes that are to be tolerated', async () => {
    const sandbox = await freshSandbox();
    const { key, id, prefix } = sandbox.issueKey({ name: 'Laptop' });
    sandbox.keyListShape = 'keys';
    expect((await call(`${sandbox.url}/api/v1/keys`, { key })).json.keys).toMatchObject([{ api_key_id: id }]);
    sandbox.keyListShape = 'bare';
    expect((await call(`${sandbox.url}/api/v1/keys`, { key })).json).toEqual([
      { id, name: 'Laptop', prefix, org_id: 'org_acme' },
    ]);
  });
});
