import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { withLock } from '../../../src/changes/lock.ts';
import { parseIdentity } from '../../../src/system/process-identity.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

/** As Wine does it: no error, and no link. */
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  symlinkSync: () => undefined,
}));

it('a link that is said to be made and is not is no lock: a file is', async () => {
  const folder = join(temporaryHome().path, '.megallm');
  const path = join(folder, 'lock');
  let [inside, most] = [0, 0];
  const visits = Array.from({ length: 10 }, () =>
    withLock(path, async () => {
      expect(parseIdentity(readFileSync(path, 'latin1'))?.pid).toBe(process.pid);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside -= 1;
    }),
  );
  await Promise.all(visits);
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});
