import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeTextFor } from '../../../src/api/safe-text.ts';
import {
  readCreatedKey,
  readIdentity,
  readKeys,
  readModels,
  readOrganisations,
} from '../../../src/api/shapes.ts';
import { Secret } from '../../../src/secret.ts';

const sent = new Secret(`sk-mega-${'a'.repeat(64)}`);
const made = `sk-mega-${'b'.repeat(64)}`;
const safe = safeTextFor(sent);

describe('models', () => {
  it.each([
    ['documented', { object: 'list', data: [{ id: 'gpt-4', object: 'model', owned_by: 'openai' }] }],
    ['under models', { models: [{ name: 'gpt-4', owned_by: 'openai' }] }],
    ['a bare list', [{ id: 'gpt-4', owned_by: 'openai' }]],
    ['with others in between', { data: [null, 7, {}, { id: 'gpt-4', owned_by: 'openai' }] }],
  ])('%s', (_, json) => {
    expect(readModels(json, safe)).toEqual([{ id: 'gpt-4', ownedBy: 'openai' }]);
  });

  it('are names alone', () => {
    expect(readModels({ data: ['gpt-4'] }, safe)).toEqual([{ id: 'gpt-4' }]);
  });

  it('are none', () => {
    expect(readModels({ object: 'list', data: [] }, safe)).toEqual([]);
  });

  it.each([undefined, null, 'ok', 7, {}, { data: {} }, { data: [{}] }, { data: [[1]] }])(
    'are not %j',
    (json) => {
      expect(readModels(json, safe)).toBeUndefined();
    },
  );
});

describe('an identity', () => {
  const user = { sub: 'u1', email: 'dev@example.com', name: 'Dev', email_verified: true };
  it.each([
    ['documented', user],
    ['under data', { data: user }],
    ['under user', { user }],
  ])('%s', (_, json) => {
    expect(readIdentity(json, safe)).toEqual({
      subject: 'u1',
      email: 'dev@example.com',
      name: 'Dev',
      emailVerified: true,
    });
  });

  it('has what the service tells', () => {
    expect(readIdentity({ sub: 42, name: null, email_verified: 'yes' }, safe)).toEqual({ subject: '42' });
    expect(readIdentity({ name: 'Nobody' }, safe)).toBeUndefined();
    expect(readIdentity({ email: `\u001B[2J${sent.reveal()}` }, safe)).toEqual({ email: `${sent}` });
  });
});

describe('organisations', () => {
  it.each([
    ['documented', { data: [{ org_id: 'o1', org_name: 'Acme', role: 'owner' }] }],
    ['under orgs', { orgs: [{ id: 'o1', name: 'Acme', role: 'owner' }] }],
    ['a bare list', [{ org_id: 'o1', org_name: 'Acme', role: 'owner' }, 'other']],
  ])('%s', (_, json) => {
    expect(readOrganisations(json, safe)).toEqual([{ id: 'o1', name: 'Acme', role: 'owner' }]);
  });
});

describe('keys', () => {
  const long = {
    api_key_id: 'k1',
    api_key_name: 'CI',
    key_prefix: 'sk-mega-aaaaaaaa',
    org_id: 'o1',
    created_at: '2026-01-02T03:04:05Z',
  };
  const short = { id: 'k1', name: 'CI', prefix: 'sk-mega-aaaaaaaa…', org_id: 'o1', created_at: 1767323045 };
  it.each([
    ['documented', { data: { keys: [long] } }, '2026-01-02T03:04:05Z'],
    ['under keys', { keys: [short] }, '2026-01-02T03:04:05.000Z'],
    ['under data', { data: [short] }, '2026-01-02T03:04:05.000Z'],
    ['a bare list', [long, null, { name: 'without an id' }], '2026-01-02T03:04:05Z'],
  ])('%s', (_, json, createdAt) => {
    const expected = { id: 'k1', name: 'CI', prefix: 'sk-mega-aaaaaaaa', org: 'o1', createdAt };
    expect(readKeys(json, safe)).toEqual([expected]);
  });

  it('never show more than a prefix', () => {
    const [key] = readKeys([{ id: 1, key_prefix: made, name: sent.reveal() }], safe) ?? [];
    expect(key).toEqual({ id: '1', prefix: 'sk-mega-bbbbbbbb', name: `${sent}` });
  });
});

describe('a new key', () => {
  it.each([
    ['documented', { data: { api_key: made, api_key_id: 'k1' } }],
    ['at the top', { api_key: made, id: 'k1' }],
    ['under key', { data: { key: made, id: 'k1' } }],
    ['elsewhere', { id: 'k1', data: 'ok', secret: { value: [made] } }],
    ['beside a masked one', { id: 'k1', api_key: 'sk-mega-…', token: made }],
    ['beside the one that was sent', { id: 'k1', debug: sent.reveal(), token: made }],
  ])('%s', (_, json) => {
    const created = readCreatedKey(json, sent);
    expect(created?.key.reveal()).toBe(made);
    expect(created?.id).toBe('k1');
  });

  it.each([
    undefined,
    {},
    { data: { api_key_id: 'k1' } },
    { data: { api_key: 7 } },
    { token: sent.reveal() },
  ])('is not in %j', (json) => {
    expect(readCreatedKey(json, sent)).toBeUndefined();
  });
});

it('no JSON makes any of them fail', () => {
  const names = ['data', 'keys', 'models', 'id', 'api_key', 'created_at', 'key_prefix', 'sub', '__proto__'];
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue(),
      fc.array(tie('value')),
      fc.dictionary(fc.constantFrom(...names), tie('value')),
    ),
  }));
  fc.assert(
    fc.property(value, (json) => {
      for (const read of [readModels, readIdentity, readOrganisations, readKeys]) read(json, safe);
      readCreatedKey(json, sent);
    }),
    { numRuns: 1000 },
  );
});

it('10,000 keys are read', () => {
  const keys = Array.from({ length: 10_000 }, (_, index) => ({
    api_key_id: `key_${index}`,
    api_key_name: `A key with the number ${index}`,
    key_prefix: 'sk-mega-aaaaaaaa',
    org_id: 'org_acme',
    created_at: '2026-01-02T03:04:05Z',
    expires_at: '2027-01-02T03:04:05Z',
  }));
  expect(readKeys({ data: { keys } }, safe)).toHaveLength(10_000);
});
