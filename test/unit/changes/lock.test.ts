import { spawn } from 'node:child_process';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../../src/changes/lock.ts';
import { formatIdentity, ownIdentity } from '../../../src/system/process-identity.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

describe('withLock', () => {
  it('lets one in at a time, and leaves nothing behind', async () => {
    const home = temporaryHome();
    const path = join(home.path, '.megallm', 'lock');
    let inside = 0;
    let most = 0;
    const visits = Array.from({ length: 20 }, () =>
      withLock(path, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inside -= 1;
      }),
    );
    await Promise.all(visits);
    expect(most).toBe(1);
    expect(readdirSync(join(home.path, '.megallm'))).toEqual([]);
  });

  it('gives the lock back when the body throws', async () => {
    const path = join(temporaryHome().path, 'lock');
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });

  it('takes over from a dead process at once', async () => {
    const path = join(temporaryHome().path, 'lock');
    symlinkSync(formatIdentity({ ...(await ownIdentity()), pid: await endedProcess() }), path);
    await expect(withLock(path, () => 'in')).resolves.toBe('in');
  });

  it('takes over from a process whose number is another one’s now', async () => {
    const path = join(temporaryHome().path, 'lock');
    symlinkSync(formatIdentity({ ...(await ownIdentity()), started: 1 }), path);
    await expect(withLock(path, () => 'in')).resolves.toBe('in');
  });

  it('survives the death of a process that was taking over', async () => {
    const path = join(temporaryHome().path, 'lock');
    const dead = formatIdentity({ ...(await ownIdentity()), pid: await endedProcess() });
    const deadToo = formatIdentity({ ...(await ownIdentity()), started: 2 });
    symlinkSync(dead, path);
    symlinkSync(deadToo, `${path}.${dead}`);
    const visits = Array.from({ length: 8 }, () => withLock(path, () => 'in'));
    await expect(Promise.all(visits)).resolves.toHaveLength(8);
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });
});

function endedProcess(): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', '0']);
    child.on('close', () => resolve(child.pid ?? 0));
  });
}
