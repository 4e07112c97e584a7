import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { megallm, megallmBin } from '../support/megallm.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const mountReadOnly = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && exec "$@"';

describeWith(requirements.mountNamespace, 'a home that is read-only', () => {
  it('is read, and what would write there says so', async () => {
    const { home, key, sandbox } = await signedInHome();
    const before = home.snapshot();
    const there = (...args: string[]) => {
      const inside = ['-c', mountReadOnly, home.path, process.execPath, megallmBin, ...args];
      return runProgram('unshare', ['--mount', '/bin/sh', ...inside], { home, env: sandbox.environment });
    };
    expect(await there('key', 'print')).toMatchObject({ stdout: `${key}\n`, stderr: '', exitCode: 0 });
    expect(await there('status')).toMatchObject({ exitCode: 0 });
    expect(await there('undo', '--list')).toMatchObject({ exitCode: 0 });
    expect(await there('run', '--', '/bin/sh', '-c', 'echo "$MEGALLM_API_KEY"')).toMatchObject({
      stdout: `${key}\n`,
      exitCode: 0,
    });
    for (const args of [['env', 'write', '--to', 'dotenv'], ['undo'], ['logout', '--yes']]) {
      const outcome = await there(...args);
      expect(outcome).toMatchObject({ stdout: '', exitCode: 1 });
      expect(outcome.stderr).toContain('the file system is read-only');
    }
    expect(home.snapshot()).toEqual(before);
  });

  it('and has nothing of megallm yet: the reason is the file system, not the folder', async () => {
    const home = temporaryHome();
    const inside = ['-c', mountReadOnly, home.path, process.execPath, megallmBin, 'undo'];
    const outcome = await runProgram('unshare', ['--mount', '/bin/sh', ...inside], { home });
    expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is read-only') });
  });
});

it.each([
  ['/dev/null', 'a part of the path is not a folder'],
  ['relative', 'There is no home folder'],
])('the home %s is an error with a reason', async (path, reason) => {
  const home = temporaryHome();
  const outcome = await megallm(['undo'], { home, env: { HOME: path } });
  expect(outcome).toMatchObject({ stdout: '', exitCode: 1, stderr: expect.stringContaining(reason) });
});

it('a home that does not exist is empty, and is made by the first command that writes', async () => {
  const { home, key, run } = await signedInHome();
  const env = { HOME: `${home.path}/not/there` };
  expect(await run(['key', 'print'], { env })).toMatchObject({ stdout: '', exitCode: 3 });
  const login = await run(['login', '--with-key', '--insecure-storage'], { env, stdin: key });
  expect(login).toMatchObject({ exitCode: 0 });
  expect(home.read('not/there/.megallm/profiles/default/credentials').toString()).toBe(`${key}\n`);
});

describeWith(
  [requirements.setpriv, requirements.root],
  'a user whom nobody has entered, without HOME',
  () => {
    it('is told what to set', async () => {
      const home = temporaryHome();
      execFileSync('chmod', ['755', home.path]);
      const user = ['--reuid=4242', '--regid=4242', '--clear-groups'];
      const program = ['env', '-u', 'HOME', process.execPath, megallmBin, 'status'];
      const outcome = await runProgram('setpriv', [...user, ...program], { home });
      expect(outcome).toMatchObject({ stdout: '', exitCode: 1 });
      expect(outcome.stderr).toContain('There is no home folder');
      expect(outcome.stderr).toContain('Set HOME');
    });
  },
);
