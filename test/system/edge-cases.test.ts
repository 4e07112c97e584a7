import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';

const write = ['env', 'write', '--to', 'dotenv'];

describeWith(requirements.git, 'a link from outside into a repository', () => {
  it('that tracks its target is refused', async () => {
    const { home, run } = await signedInHome();
    home.write('repo/.env', 'A=1\n');
    execFileSync('git', ['init', '-q'], { cwd: join(home.path, 'repo') });
    execFileSync('git', ['add', '.env'], { cwd: join(home.path, 'repo') });
    symlinkSync('repo/.env', join(home.path, '.env'));
    expect(await run(write)).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('tracked') });
    expect(home.read('repo/.env').toString()).toBe('A=1\n');
  });
});

it('.bash_profile may be a link to .bashrc', async () => {
  const { home, run } = await signedInHome();
  home.write('.bashrc', 'a=1\n');
  symlinkSync('.bashrc', join(home.path, '.bash_profile'));
  expect(await run(['env', 'write', '--to', 'bash'])).toMatchObject({ exitCode: 0 });
  expect(
    home
      .read('.bashrc')
      .toString()
      .match(/>>> megallm >>>/g),
  ).toHaveLength(1);
  expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
  expect(home.read('.bashrc').toString()).toBe('a=1\n');
});

it.each([
  ['dotenv', '.env', 'MEGALLM_API_KEY="abc\nhunter2"\n'],
  ['bash', '.bashrc', "export DB_PASS='hunter2' MEGALLM_API_KEY='foo'\n"],
])('the diff for %s shows nothing of what stands beside our variable', async (backend, file, text) => {
  const { home, run } = await signedInHome();
  home.write(file, text);
  for (const form of [[], ['--json']]) {
    const { stdout } = await run(['env', 'write', '--to', backend, '--dry-run', ...form]);
    expect(stdout).toContain('MEGALLM_API_KEY');
    expect(stdout).not.toContain('hunter2');
  }
});

it('the environment is no copy that lets undo drop the stored key', async () => {
  const { home, key, run } = await signedInHome();
  const before = home.snapshot();
  expect(await run(['undo'], { env: { MEGALLM_API_KEY: key } })).toMatchObject({ exitCode: 7 });
  expect(home.snapshot()).toEqual(before);
});

it.each([
  ['an empty value', 'MEGALLM_API_KEY=   # get one at megallm.io\n'],
  ['an empty value behind a BOM', '\ufeffMEGALLM_API_KEY=\nB=2\n'],
])('%s that megallm never filled stays', async (_, text) => {
  const { home, run } = await signedInHome();
  home.write('.env', text);
  expect(await run(['env', 'remove', '--to', 'dotenv'])).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString()).toBe(text);
});

it('an unclosed quote before 10 MB is no matter', async () => {
  const { home, key, run } = await signedInHome();
  const text = `A="${'x=1\n'.repeat(2_500_000)}`;
  home.write('.env', text);
  expect(await run(write)).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString() === `${text}MEGALLM_API_KEY=${key}\n`).toBe(true);
});

it('--inline: one profile’s removal leaves the other’s key', async () => {
  const { home, run, sandbox } = await signedInHome();
  const other = sandbox.issueKey().key;
  await run(['login', '--with-key', '--insecure-storage', '-p', 'b'], { stdin: other });
  await run(['env', 'write', '--to', 'bash', '--inline']);
  await run(['env', 'write', '--to', 'bash', '--inline', '-p', 'b']);
  expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
  expect(home.read('.bashrc').toString()).toContain(other);
});

it('a block in a ZDOTDIR is found again without it', async () => {
  const { home, run } = await signedInHome();
  home.write('z/.zshrc', '# mine\n');
  await run(['env', 'write', '--to', 'zsh'], { env: { ZDOTDIR: join(home.path, 'z') } });
  expect(home.read('z/.zshrc').toString()).toContain('>>> megallm >>>');
  expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
  expect(home.read('z/.zshrc').toString()).toBe('# mine\n');
});

it('what cannot be removed keeps logout from revoking', async () => {
  const { home, key, run, sandbox } = await signedInHome();
  await run(['env', 'write', '--to', 'bash']);
  home.write('.bashrc', home.read('.bashrc').toString().replace('# <<< megallm <<<\n', ''));
  expect(await run(['logout', '--revoke'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('.bashrc'),
  });
  expect(sandbox.liveKeys().map((issued) => issued.key)).toContain(key);
});
