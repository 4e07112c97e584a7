import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createKey,
  deleteKey,
  fetchIdentity,
  listOrganisations,
  revokeKey,
} from '../../../src/api/account.ts';
import { listModels } from '../../../src/api/gateway.ts';
import { Secret } from '../../../src/secret.ts';
import { createHttpClient, type HttpClient } from '../../../src/system/http.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/service.ts';

let sandbox: Sandbox;
let client: HttpClient;
let key: Secret;
let address: { gateway: string; web: string };

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
});

it('tells whose key it is', async () => {
  expect(await fetchIdentity(client, address, key)).toEqual({
    kind: 'ok',
    value: { subject: 'user_dev', email: 'dev@example.com', name: 'Dev Example', emailVerified: true },
  });
});

it('tells the organisations', async () => {
  const organisations = await listOrganisations(client, address, key);
  expect(organisations).toMatchObject({
    kind: 'ok',
    value: [{ id: 'org_acme', name: 'Acme', role: 'owner' }, {}],
  });
});

it('tells the models', async () => {
  const models = await listModels(client, address, key);
  expect(models).toMatchObject({
    kind: 'ok',
    value: expect.arrayContaining([{ id: 'gpt-4', ownedBy: 'openai' }]),
  });
});

it('makes a key and revokes it', async () => {
  const expiresAt = '2099-01-02T03:04:05.000Z';
  const created = await createKey(client, address, key, { name: 'CI', org: 'org_acme', expiresAt });
  if (created.kind !== 'ok') throw new Error(created.kind);
  const { id = '', ...rest } = created.value;
  expect(rest).toMatchObject({ name: 'CI', org: 'org_acme', expiresAt });
  expect(sandbox.liveKeys().map(({ key }) => key)).toContain(created.value.key.reveal());
  expect(`${JSON.stringify(created)}`).not.toContain(created.value.key.reveal());
  expect(await deleteKey(client, address, key, id)).toBeUndefined();
  expect(await fetchIdentity(client, address, created.value.key)).toMatchObject({ kind: 'unauthorized' });
  expect(await deleteKey(client, address, key, id)).toMatchObject({
    kind: 'rejected',
    status: 404,
    code: 'key_not_found',
  });
});

it('keeps ids within their path', async () => {
  expect(await deleteKey(client, address, key, 'a/../b?c')).toMatchObject({ kind: 'rejected', status: 404 });
  expect(sandbox.requests.at(-1)?.path).toBe('/api/v1/keys/a%2F..%2Fb%3Fc');
  const before = sandbox.requests.length;
  for (const id of ['', '.', '..']) {
    expect(await deleteKey(client, address, key, id)).toMatchObject({ kind: 'rejected', status: 404 });
  }
  expect(sandbox.requests).toHaveLength(before);
});

it('revokes the key itself, as the client that it names', async () => {
  expect(await revokeKey(client, address, key, 'mega_pub_cea180dfca')).toBeUndefined();
  expect(await fetchIdentity(client, address, key)).toMatchObject({ kind: 'unauthorized' });
  expect(sandbox.requests[0]).toMatchObject({
    method: 'POST',
    path: '/api/oauth/revoke',
    body: `client_id=mega_pub_cea180dfca&token=${key.reveal()}`,
  });
});

describe('a service that is not well', () => {
  it.each([
    ['unauthorized', 'unauthorized'],
    ['forbidden', 'forbidden'],
    ['rate-limited', 'rate-limited'],
    ['server-error', 'broken'],
    ['reset', 'unreachable'],
    ['truncated', 'unreachable'],
    ['html', 'not-megallm'],
    ['malformed-json', 'not-megallm'],
    ['empty-body', 'not-megallm'],
    ['huge-body', 'not-megallm'],
    ['redirect-other-origin', 'not-megallm'],
    ['redirect-loop', 'not-megallm'],
  ] as const)('%s is %s', async (fault, kind) => {
    sandbox.setFault(fault);
    expect(await fetchIdentity(client, address, key)).toMatchObject({ kind });
    expect(await listModels(client, address, key)).toMatchObject({ kind });
    expect(await createKey(client, address, key, { name: 'CI', org: 'org_acme' })).toMatchObject({ kind });
    expect(sandbox.otherOriginRequests).toEqual([]);
  });

  it('is given up at the deadline', async () => {
    sandbox.setFault('hang');
    expect(await fetchIdentity(client, address, key, { deadlineMs: 50 })).toMatchObject({
      kind: 'unreachable',
      cause: 'timeout',
    });
  });

  it('may echo the key', async () => {
    sandbox.setFault('echo');
    sandbox.addFault('unauthorized');
    const failure = await fetchIdentity(client, address, key);
    expect(failure).toMatchObject({ kind: 'unauthorized', message: expect.stringContaining(`${key}`) });
    expect(JSON.stringify(failure)).not.toContain(key.reveal());
  });
});
