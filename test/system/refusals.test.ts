import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const write = ['env', 'write', '--to', 'dotenv'];

describeWith(requirements.git, 'in a Git repository', () => {
  const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, stdio: 'pipe' });

  it('a .env that is tracked is refused, unless --force', async () => {
    const { home, key, run } = await signedInHome();
    home.write('app/.env', 'A=1\n');
    const cwd = join(home.path, 'app');
    git(cwd, 'init', '-q');
    git(cwd, 'add', '.env');
    const before = home.snapshot();
    expect(await run(write, { cwd })).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining('tracked'),
    });
    expect(home.snapshot()).toEqual(before);
    expect(await run([...write, '--force'], { cwd })).toMatchObject({ exitCode: 0 });
    expect(home.read('app/.env').toString()).toBe(`A=1\nMEGALLM_API_KEY=${key}\n`);
  });

  it('a .env that is not ignored is worth a warning, and with --yes a line, which goes again', async () => {
    const { home, run } = await signedInHome();
    home.write('app/.gitignore', 'dist');
    const cwd = join(home.path, 'app');
    git(cwd, 'init', '-q');
    expect(await run(write, { cwd })).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('not ignored'),
    });
    expect(home.read('app/.gitignore').toString()).toBe('dist');
    await run(['env', 'remove']);
    expect(await run([...write, '--yes'], { cwd })).toMatchObject({ exitCode: 0 });
    expect(home.read('app/.gitignore').toString()).toBe('dist\n/.env');
    expect(git(cwd, 'check-ignore', '.env').toString()).toBe('.env\n');
    expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
    expect(home.read('app/.gitignore').toString()).toBe('dist');
  });

  it('a link that leads out of the working tree is refused', async () => {
    const { home, run } = await signedInHome();
    home.write('outside', 'A=1\n');
    home.write('app/x', '');
    const cwd = join(home.path, 'app');
    git(cwd, 'init', '-q');
    symlinkSync('../outside', join(cwd, '.env'));
    const before = home.snapshot();
    expect(await run(write, { cwd })).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining('leads out'),
    });
    expect(home.snapshot()).toEqual(before);
  });

  it('a .gitignore that is a link is not written through', async () => {
    const { home, run } = await signedInHome();
    home.write('victim', 'A=1\n');
    home.write('app/x', '');
    const cwd = join(home.path, 'app');
    git(cwd, 'init', '-q');
    symlinkSync('../victim', join(cwd, '.gitignore'));
    const outcome = await run([...write, '--yes'], { cwd });
    expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('not ignored') });
    expect(home.read('victim').toString()).toBe('A=1\n');
  });

  it('nothing that a hostile repository names is run', async () => {
    const { home, run } = await signedInHome();
    home.write('app/x', '');
    const cwd = join(home.path, 'app');
    const marker = join(home.path, 'marker');
    git(cwd, 'init', '-q');
    writeFileSync(join(home.path, 'evil'), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    const evil = join(home.path, 'evil');
    for (const name of ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'diff.external', 'core.editor']) {
      git(cwd, 'config', name, evil);
    }
    git(cwd, 'config', 'alias.ls-files', `!${evil}`);
    git(cwd, 'config', 'core.hooksPath', home.path);
    expect(await run(write, { cwd })).toMatchObject({ exitCode: 0 });
    expect(existsSync(marker)).toBe(false);
  });
});

describeWith(requirements.tmpfs, 'on a full disk', () => {
  it('the file stays whole, and the error says why', async () => {
    const { home, run } = await signedInHome();
    const disk = join(home.path, 'disk');
    execFileSync('mkdir', [disk]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    try {
      writeFileSync(join(disk, '.env'), Buffer.alloc(40_000, '# x\n'));
      const before = home.snapshot();
      const outcome = await run(write, { cwd: disk });
      expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('full') });
      expect(changed(before, home.snapshot())).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

describeWith([requirements.root, requirements.setpriv], 'without the right to write', () => {
  /** The program beside the home, since the checkout may be where only root can read. */
  async function asNobody() {
    const { home, sandbox } = await signedInHome();
    const program = temporaryHome();
    for (const part of ['bin', 'dist', 'package.json']) {
      cpSync(new URL(`../../${part}`, import.meta.url), join(program.path, part), { recursive: true });
    }
    home.write('theirs/.env', 'A=1\n');
    // The folder that the tests run in lets nobody else through.
    execFileSync('chmod', ['go+x', tmpdir(), dirname(tmpdir())]);
    execFileSync('chmod', ['-R', 'go+rX', program.path, home.path]);
    execFileSync('chown', ['-R', '65534:65534', home.path]);
    execFileSync('chown', ['-R', '0:0', join(home.path, 'theirs')]);
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath];
    const run = (args: readonly string[]) =>
      runProgram('setpriv', [...nobody, join(program.path, 'bin/megallm.cjs'), ...args], {
        home,
        env: sandbox.environment,
      });
    return { home, run };
  }

  it('a folder of somebody else: refused, and what was written before it is taken back', async () => {
    const { home, run } = await asNobody();
    const before = home.snapshot();
    const outcome = await run(['env', 'write', '--to', 'bash', '--to', 'dotenv', '--file', 'theirs/.env']);
    expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('permission denied') });
    expect(changed(before, home.snapshot())).toEqual([]);
    expect((await run(['status'])).stdout).not.toContain('bash');
  });

  it('a home of somebody else: refused with the place, and a dry run still works', async () => {
    const { home, run } = await asNobody();
    execFileSync('chown', ['-R', '0:0', home.path]);
    execFileSync('chmod', ['-R', 'a+rX', home.path]);
    const before = home.snapshot();
    expect(await run(write)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('.megallm') });
    expect(await run([...write, '--dry-run'])).toMatchObject({ exitCode: 0 });
    expect(home.snapshot()).toEqual(before);
  });
});

function changed(before: Map<string, unknown>, after: Map<string, unknown>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter(
    (path) =>
      !path.startsWith('.megallm') && JSON.stringify(before.get(path)) !== JSON.stringify(after.get(path)),
  );
}
