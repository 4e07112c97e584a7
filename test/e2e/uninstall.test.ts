import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backendIds } from '../../src/credentials/backends/catalog.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { startSecretService } from '../support/secret-service.ts';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';

const runner = join('runner', 'github-env');

/** A home with a past: files of every sort that megallm writes to. */
async function livedInHome() {
  const situation = await freshHome();
  const { home } = situation;
  home.write('dotfiles/zshrc', 'export EDITOR=vi\r\nalias l=ls\r\n');
  symlinkSync(join('dotfiles', 'zshrc'), join(home.path, '.zshrc'));
  home.write('.bashrc', '# no newline at the end\ncase $- in *i*) ;; *) return;; esac');
  home.write('.profile', '\xef\xbb\xbf# a mark at the start\n', 0o600);
  home.write('.local/share/fish/fish_history', '');
  home.write('.config/fish/config.fish', 'set -gx EDITOR vi\n');
  home.write('.claude/settings.json', '{ "model": "opus" }', 0o600);
  home.write('project/.env', 'A=1\r\nB="two"');
  home.write('project/.gitignore', 'node_modules');
  home.write('project/compose.yaml', 'services:\n  web:\n    image: nginx # the web\n');
  home.write('second/compose.yaml', 'services:\n  web:\n    environment:\n      - A=1\n');
  home.write(runner, '');
  execFileSync('git', ['init', '-q', join(home.path, 'project')], { env: { PATH: process.env.PATH } });
  const cwd = join(home.path, 'project');
  const env = { GITHUB_ENV: join(home.path, runner), GITHUB_ACTIONS: 'true' };
  return { ...situation, cwd, env };
}

type Lived = Awaited<ReturnType<typeof livedInHome>>;

/** Everything that megallm can write to here, in several ways and for several profiles. */
async function useForAnHour({ run, sandbox, cwd, env, key }: Lived, session: Record<string, string>) {
  const storage = session.DBUS_SESSION_BUS_ADDRESS ? [] : ['--insecure-storage'];
  const go = async (args: readonly string[], stdin?: string) => {
    const outcome = await run([...args, '--yes'], {
      cwd,
      env: { ...env, ...session },
      ...(stdin && { stdin }),
    });
    expect(outcome.exitCode, `${args.join(' ')}\n${outcome.stderr}`).toBe(0);
  };
  // A rotation does not end while a job's file holds the old key, so that one comes after it.
  const here = backendIds.filter(
    (id) => id !== 'github' && (id !== 'windows' || process.platform === 'win32'),
  );
  await go(['login', '--with-key', ...storage], key);
  await go(['login', '--with-key', '--profile', 'work', ...storage], sandbox.issueKey().key);
  for (const id of here) await go(['env', 'write', '--to', id, '--sdk', 'anthropic']);
  await go(['env', 'write', '--to', 'zsh', '--to', 'fish', '--inline']);
  await go(['env', 'write', '--to', 'dotenv', '--file', '../new/../.env.local']);
  await go(['undo']);
  await go(['env', 'write', '--to', 'dotenv', '--file', '.env.local', '--profile', 'work']);
  await go(['env', 'write', '--to', 'bash', '--profile', 'work']);
  await go(['link', 'claude', '--plain-key']);
  await go(['keys', 'rotate']);
  await go(['env', 'write', '--to', 'zsh', '--to', 'github']);
  await go(['env', 'remove', '--to', 'fish']);
  await go(['env', 'write', '--to', 'fish', '--profile', 'work']);
  await go(['undo']);
  await go(['keys', 'create', '--activate', '--profile', 'work', ...storage]);
  await go(['profile', 'use', 'work']);
}

it('leaves a home as it was before, whatever was written to it', async () => {
  const lived = await livedInHome();
  const before = lived.home.snapshot();
  await useForAnHour(lived, {});
  expect(lived.home.snapshot()).not.toEqual(before);
  const dry = await lived.run(['uninstall', '--dry-run'], { cwd: lived.cwd });
  expect(dry).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Would revoke') });
  const outcome = await lived.run(['uninstall', '--yes'], { cwd: lived.cwd });
  expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Uninstalled') });
  expect(lived.home.snapshot()).toEqual(before);
}, 120_000);

describeWith(requirements.secretService, 'with a real Secret Service', () => {
  it('leaves nothing in the keychain either', async () => {
    const service = await startSecretService();
    const session = { DBUS_SESSION_BUS_ADDRESS: service.env.DBUS_SESSION_BUS_ADDRESS ?? '' };
    const lived = await livedInHome();
    const before = lived.home.snapshot();
    await useForAnHour(lived, session);
    expect(service.accounts().length).toBeGreaterThan(1);
    expect(await lived.run(['uninstall', '--yes'], { cwd: lived.cwd, env: session })).toMatchObject({
      exitCode: 0,
    });
    expect(lived.home.snapshot()).toEqual(before);
    expect(service.accounts()).toEqual([]);
  }, 120_000);

  it('removes nothing where the keychain cannot be reached', async () => {
    const service = await startSecretService();
    const { home, key, run } = await freshHome();
    const session = { DBUS_SESSION_BUS_ADDRESS: service.env.DBUS_SESSION_BUS_ADDRESS ?? '' };
    await run(['login', '--with-key'], { stdin: key, env: session });
    const before = home.snapshot();
    const outcome = await run(['uninstall', '--yes']);
    expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no D-Bus session') });
    expect(home.snapshot()).toEqual(before);
  });
});

it('asks first, and says which keys go', async () => {
  const { home, run } = await signedInHome();
  await run(['keys', 'create', '--activate', '--insecure-storage']);
  const before = home.snapshot();
  const outcome = await run(['uninstall']);
  expect(outcome).toMatchObject({ exitCode: 2, stdout: '' });
  expect(outcome.stderr).toMatch(/profile default.*refuse sk-mega-.*…/s);
  expect(outcome.stderr).toContain('megallm uninstall --yes');
  expect(home.snapshot()).toEqual(before);
});

it('revokes what megallm made, and nothing that was pasted', async () => {
  const { home, key, run, sandbox } = await signedInHome();
  await run(['login', '--with-key', '--insecure-storage', '--profile', 'work'], {
    stdin: sandbox.issueKey().key,
  });
  await run(['keys', 'create', '--activate', '--insecure-storage', '--profile', 'work']);
  const made = home.read('.megallm/profiles/work/credentials').toString().trim();
  const alive = () => sandbox.liveKeys().map((issued) => issued.key);
  const before = home.snapshot();
  sandbox.setFault('server-error');
  expect(await run(['uninstall', '--yes'])).toMatchObject({
    exitCode: 5,
    stderr: expect.stringContaining('megallm uninstall --keep-key'),
  });
  expect(home.snapshot()).toEqual(before);
  sandbox.setFault(undefined);
  expect(await run(['uninstall', '--yes', '--json'])).toMatchObject({ exitCode: 0, stderr: '' });
  expect(alive()).toContain(key);
  expect(alive()).not.toContain(made);
  expect(readdirSync(home.path)).toEqual([]);
});

it('takes out blocks that nobody remembers, and leaves and names what is not ours', async () => {
  const { home, run } = await signedInHome();
  home.write('.bashrc', '# mine\n');
  await run(['env', 'write', '--to', 'bash', '--to', 'zsh']);
  const record = join(home.path, '.megallm/profiles/default/profile.json');
  const { locations: _forgotten, ...rest } = JSON.parse(readFileSync(record, 'utf8')) as Record<
    string,
    unknown
  >;
  writeFileSync(record, JSON.stringify({ ...rest, locations: [] }));
  home.write('.megallm/notes.txt', 'mine\n');
  const outcome = await run(['uninstall', '--yes']);
  expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('~/.megallm/notes.txt') });
  expect(home.read('.bashrc').toString()).toBe('# mine\n');
  expect(home.read('.zshrc').toString()).toBe('');
  expect(readdirSync(join(home.path, '.megallm'))).toEqual(['notes.txt']);
  expect(await run(['uninstall', '--yes'])).toMatchObject({ exitCode: 0 });
});

it('asks the keychain for one key at a time', async () => {
  const { home, run } = await freshHome();
  for (const name of ['a', 'b', 'c']) {
    const key = { fingerprint: name.repeat(64), origin: 'pasted' };
    const record = {
      version: 1,
      storage: 'keychain',
      key,
      pastKeys: [],
      organisationKeys: [],
      locations: [],
    };
    home.write(`.megallm/profiles/${name}/profile.json`, JSON.stringify(record));
  }
  const trace = join(home.path, 'trace.cjs');
  const patch = `const { spawn } = process.getBuiltinModule('child_process');
process.getBuiltinModule('child_process').spawn = (...all) => {
  require('node:fs').appendFileSync(${JSON.stringify(join(home.path, 'spawned'))}, 'x');
  return spawn(...all);
};`;
  home.write('trace.cjs', patch);
  const outcome = await run(['uninstall', '--yes'], { env: { NODE_OPTIONS: `--require "${trace}"` } });
  expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no D-Bus session') });
  expect(home.read('spawned').toString()).toBe('x');
});
