import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { removeStaleTakeovers, withLock } from '../../../src/changes/lock.ts';
import { formatIdentity, ownIdentity } from '../../../src/system/process-identity.ts';
import { describeWith, requirements } from '../../support/requirements.ts';
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

  it.each([1, 2, 3, 4])(
    'survives the death of %i processes, one taking over from another',
    async (deaths) => {
      const path = join(temporaryHome().path, 'lock');
      let name = path;
      for (let death = 1; death <= deaths; death += 1) {
        const dead = { ...(await ownIdentity()), pid: await endedProcess() };
        symlinkSync(formatIdentity(dead), name);
        name = `${name}.${dead.nonce}`;
      }
      const visits = Array.from({ length: 8 }, () => withLock(path, () => 'in'));
      await expect(Promise.all(visits)).resolves.toHaveLength(8);
      expect(readdirSync(join(path, '..'))).toEqual([]);
    },
  );

  it('removes what those have left who died in a takeover', () => {
    const home = temporaryHome();
    const path = join(home.path, 'lock');
    for (const name of ['lock', 'lock.a-1', 'lock.a-1.b-2']) symlinkSync('x', join(home.path, name));
    home.write('locked', '');
    removeStaleTakeovers(path);
    expect(readdirSync(home.path)).toEqual(['lock', 'locked']);
  });

  it.each([
    ['a dangling link', (path: string) => symlinkSync('nowhere', path)],
    ['a file', (path: string) => writeFileSync(path, '')],
  ])('says so at once when its folder is %s', async (_, make) => {
    const { path } = temporaryHome();
    make(join(path, 'folder'));
    await expect(withLock(join(path, 'folder', 'lock'), () => 'in')).rejects.toThrow(/folder/);
    expect(readdirSync(path)).toEqual(['folder']);
  });
});

describeWith(requirements.proc, 'withLock, where a process can be asked for its state', () => {
  it('takes over from a dead process whose parent has not noticed yet', async () => {
    const path = join(temporaryHome().path, 'lock');
    const zombie = await startZombie();
    symlinkSync(formatIdentity({ ...(await ownIdentity()), ...zombie }), path);
    await expect(withLock(path, () => 'in')).resolves.toBe('in');
  });
});

function endedProcess(): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', '0']);
    child.on('close', () => resolve(child.pid ?? 0));
  });
}

/** A process that was killed and whose parent, a `sleep` by now, never asks how it ended. */
async function startZombie(): Promise<{ pid: number; started: number }> {
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const pid = Number((await once(parent.stdout, 'data')).toString());
  const fields = () => readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ');
  const started = Number(fields()[21]);
  // The shell has to have become a `sleep`: a shell would ask.
  while (!readFileSync(`/proc/${parent.pid}/comm`, 'latin1').startsWith('sleep')) await setImmediate();
  process.kill(pid, 'SIGKILL');
  while (fields()[2] !== 'Z') await setImmediate();
  return { pid, started };
}
