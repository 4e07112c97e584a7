import { join } from 'node:path';
import { expect, it } from 'vitest';
import { identifyBy } from '../../../src/doctor/scan/known-keys.ts';
import { traces } from '../../../src/doctor/scan/places.ts';
import { searchFile } from '../../../src/doctor/scan/search-file.ts';
import { sha256 } from '../../../src/secret.ts';
import { describeMachine } from '../../../src/system/machine.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const key = `sk-mega-${'a1'.repeat(32)}`;
const identify = identifyBy((fingerprint) => fingerprint === sha256(key));
const search = (budget = 1e9) => ({ identify, budget, signal: new AbortController().signal });

it.each(['', '\\n', '.', '"}', ');', '&x=1', '\\"', '%0A', ' ', ',', '\n'])(
  'knows a key that %j follows',
  (after) => {
    expect(identify(key + after)).toBe(sha256(key));
  },
);

it('takes no other key for it', () => {
  expect(identify(`${key}b`)).toBeUndefined();
  expect(identify(key.slice(0, -1))).toBeUndefined();
  expect(identify('sk-mega-short')).toBeUndefined();
});

it('finds keys with their lines wherever the pieces are cut', async () => {
  const home = temporaryHome();
  const piece = 1 << 20;
  for (const at of [0, piece - 1, piece - 40, piece, piece + 1024, 3 * piece - 10]) {
    const filler = 'x'
      .repeat(99)
      .concat('\n')
      .repeat(Math.ceil(at / 100));
    const before = at === 0 ? '' : `${filler.slice(0, at - 1)}\n`;
    home.write('file', `${before}${key}\n${'y\n'.repeat(5)}${key}`);
    const line = before.split('\n').length;
    const found = await searchFile(join(home.path, 'file'), search());
    expect(found.map((each) => each.line)).toEqual([line, line + 6]);
  }
});

it('reads no further than it may', async () => {
  const home = temporaryHome();
  home.write('file', `${'x'.repeat(5 << 20)}${key}`);
  const limited = search(1 << 20);
  expect(await searchFile(join(home.path, 'file'), limited)).toEqual([]);
  expect(limited.budget).toBeLessThanOrEqual(0);
});

it('has nothing to say of what is no file', async () => {
  const home = temporaryHome();
  expect(await searchFile(home.path, search())).toEqual([]);
  expect(await searchFile(join(home.path, 'absent'), search())).toEqual([]);
});

it('passes over what is not there no longer than it may', async () => {
  const home = temporaryHome();
  home.write('.bash_history', '');
  const { execFileSync } = await import('node:child_process');
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: home.path, env: { PATH: process.env.PATH } });
  git('init', '--quiet');
  git('update-index', '--add', '--cacheinfo', `100644,${'0'.repeat(39)}1,gone`);
  const machine = describeMachine({
    env: { HOME: home.path, PATH: process.env.PATH },
    platform: process.platform,
    cwd: () => home.path,
  });
  const found: string[] = [];
  for await (const { kind } of traces(machine, AbortSignal.abort())) found.push(kind);
  expect(found).toEqual(['shell history']);
});
