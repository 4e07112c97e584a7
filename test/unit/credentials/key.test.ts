import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseKey } from '../../../src/credentials/key.ts';
import { MegallmError } from '../../../src/errors.ts';
import { maskKeys, Secret } from '../../../src/secret.ts';

const key = `sk-mega-${'0123456789abcdef'.repeat(4)}`;

describe('parseKey', () => {
  it.each([
    key,
    `  ${key}\r\n`,
    `"${key}"`,
    `'${key}'`,
    `Bearer ${key}`,
    `Authorization: Bearer ${key}`,
    `MEGALLM_API_KEY=${key}`,
    `export MEGALLM_API_KEY="${key}"\n`,
    `$env:MEGALLM_API_KEY = '${key}'`,
    `MEGALLM_API_KEY='Bearer ${key}'`,
  ])('takes %j', (pasted) => {
    expect(parseKey(pasted).reveal()).toBe(key);
  });

  it.each([
    ['nothing', ''],
    ['another service’s key', 'sk-proj-0123456789abcdef0123'],
    ['a short one', 'sk-mega-0123456789a'],
    ['two lines', `${key}\n${key}`],
    ['a space inside', 'sk-mega-0123456789 abcdef0123'],
    ['a quote inside', `sk-mega-0123456789'abcdef0123`],
    ['a double quote inside', `sk-mega-0123456789"abcdef0123`],
    ['a NUL', `${key}\0`],
    ['a letter that is not ASCII', `${key}é`],
  ])('refuses %s, and does not show it', (_, pasted) => {
    const refusal = catchError(() => parseKey(pasted));
    expect(refusal).toMatchObject({ code: 'usage' });
    expect(JSON.stringify([refusal.message, refusal.hints])).not.toContain('0123456789');
  });
});

describe('Secret', () => {
  it('shows its mask wherever it is turned into text', () => {
    const secret = new Secret(key);
    const shown = [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ secret }),
    ];
    for (const text of shown) expect(text).toContain('sk-mega-0123…cdef');
    expect(shown.join()).not.toContain(key);
  });
});

describe('maskKeys', () => {
  it('masks keys wherever they stand', () => {
    const text = `{"a":"${key}"} x-key=${key}, '${key}'`;
    expect(maskKeys(text)).not.toContain('456789');
    expect(maskKeys('{"a":"sk-mega-0123456789abcdef"}')).toBe('{"a":"sk-mega-0123…cdef"}');
  });
});

function catchError(body: () => unknown): MegallmError {
  try {
    body();
  } catch (error) {
    if (error instanceof MegallmError) return error;
  }
  throw new Error('Nothing was refused.');
}
