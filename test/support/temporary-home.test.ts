import { existsSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHome, temporaryHome } from './temporary-home.ts';

test('a home is a real folder, gone when the test is over', () => {
  const removals: (() => void)[] = [];
  const home = temporaryHome((remove) => removals.push(remove));
  expect(home.path.startsWith(realpathSync(tmpdir()))).toBe(true);
  home.write('.config/deep/file', 'text');
  expect(removals).toHaveLength(1);
  for (const remove of removals) remove();
  expect(existsSync(home.path)).toBe(false);
});

test('a home that is held by `using` is removed with its scope', () => {
  let path: string;
  {
    using home = createHome();
    path = home.path;
    expect(existsSync(path)).toBe(true);
  }
  expect(existsSync(path)).toBe(false);
});

test('what is written is read back byte for byte, with exactly the mode', () => {
  const home = temporaryHome();
  const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, 0x00, 0xe9, 0x0d, 0x0a]);
  home.write('.env', bytes, 0o666);
  expect(Buffer.compare(home.read('.env'), bytes)).toBe(0);
  expect(home.snapshot().get('.env')).toMatchObject({ type: 'file', mode: 0o666, size: 7 });
});

test('nothing is written outside of it', () => {
  const home = temporaryHome();
  expect(() => home.write('../stray', '')).toThrow('not inside');
  expect(() => home.read('a/../../stray')).toThrow('not inside');
});

test('a snapshot shows files, folders and links, dangling ones too', () => {
  const home = temporaryHome();
  home.write('b/file', 'text', 0o600);
  symlinkSync('../gone', join(home.path, 'a-link'));
  expect([...home.snapshot()]).toEqual([
    ['.', { type: 'folder', mode: 0o700 }],
    ['a-link', { type: 'link', target: '../gone' }],
    ['b', { type: 'folder', mode: expect.any(Number) }],
    [
      'b/file',
      {
        type: 'file',
        mode: 0o600,
        size: 4,
        sha256: '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1',
      },
    ],
  ]);
});

test.each<[string, (home: ReturnType<typeof temporaryHome>) => void]>([
  ['a byte', (home) => home.write('file', 'texT')],
  ['a mode', (home) => home.write('file', 'text', 0o600)],
  ['a new file', (home) => home.write('other', '')],
  ['a new link', (home) => symlinkSync('file', join(home.path, 'link'))],
])('a snapshot differs by %s', (_, change) => {
  const home = temporaryHome();
  home.write('file', 'text');
  const before = home.snapshot();
  expect(home.snapshot()).toEqual(before);
  change(home);
  expect(home.snapshot()).not.toEqual(before);
});
