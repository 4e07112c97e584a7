import { expect, it } from 'vitest';
import { type AccountKey, beginningAs } from '../../../src/credentials/account-keys.ts';
import { findKey } from '../../../src/credentials/revoke-key.ts';
import { Secret } from '../../../src/secret.ts';

const key = (id: string, name?: string, prefix?: string): AccountKey => ({
  id,
  ...(name !== undefined && { name }),
  ...(prefix !== undefined && { prefix }),
  active: false,
  expiry: null,
});

it('an id counts before a name', () => {
  const keys = [key('k1', 'k2'), key('k2', 'two')];
  expect(findKey({ keys, complete: true }, 'k2')).toBe(keys[1]);
  expect(findKey({ keys, complete: true }, 'two')).toBe(keys[1]);
});

it('a name is not enough where another key of a list that was given up may have it too', () => {
  const keys = [key('k1', 'one')];
  expect(() => findKey({ keys, complete: false }, 'one')).toThrow('does not list all keys');
  expect(findKey({ keys, complete: false }, 'k1')).toBe(keys[0]);
});

it('keys are told apart by the longest beginning that they have in common; what all have tells nothing', () => {
  const secret = new Secret(`sk-mega-abcdef${'0'.repeat(50)}`);
  const [all, short, long, other] = [
    key('all', '', 'sk-mega-'),
    key('short', '', 'sk-mega-abcd'),
    key('long', '', 'sk-mega-abcdef00'),
    key('other', '', 'sk-mega-abcdef01'),
  ];
  expect(beginningAs(secret, [all, short, other])).toEqual([short]);
  expect(beginningAs(secret, [short, long, other, long])).toEqual([long, long]);
  expect(beginningAs(secret, [all, other, key('none')])).toEqual([]);
});
