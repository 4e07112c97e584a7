import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeWith, requirements } from '../support/requirements.ts';
import { freshHome } from '../support/signed-in-home.ts';

const path = { PATH: process.env.PATH ?? '' };

/** A private D-Bus session, in which services can be started by name only where `config` says so. */
async function startBus(config?: string): Promise<{ address: string; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'megallm-bus-'));
  const socket = join(folder, 'bus');
  const kind = config === undefined ? ['--session'] : [`--config-file=${config}`];
  const bus = spawn('dbus-daemon', [...kind, `--address=unix:path=${socket}`, '--nofork', '--nopidfile'], {
    env: { ...path, HOME: folder, XDG_RUNTIME_DIR: folder, XDG_DATA_HOME: folder },
    stdio: 'ignore',
  });
  onTestFinished(() => end(bus, folder));
  await until(() => existsSync(socket));
  return { address: `unix:path=${socket}`, folder };
}

async function end(child: ChildProcess, folder?: string): Promise<void> {
  child.kill('SIGKILL');
  await new Promise((resolve) =>
    child.exitCode === null && child.signalCode === null ? child.on('close', resolve) : resolve(0),
  );
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** GNOME's Secret Service with an unlocked keyring, on a bus of its own, beside a signed-out home. */
async function withSecretService() {
  const situation = await freshHome();
  const { address, folder } = await startBus();
  const env = {
    ...path,
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    XDG_DATA_HOME: folder,
    DBUS_SESSION_BUS_ADDRESS: address,
  };
  const daemon = spawn('gnome-keyring-daemon', ['--unlock', '--components=secrets', '--foreground'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(() => end(daemon));
  daemon.stdin?.end('test-password\n');
  const send = (...args: string[]) =>
    execFileSync('dbus-send', ['--session', '--print-reply', ...args], { env, stdio: 'pipe' }).toString();
  await until(() =>
    send(
      '--dest=org.freedesktop.DBus',
      '/',
      'org.freedesktop.DBus.NameHasOwner',
      'string:org.freedesktop.secrets',
    ).includes('boolean true'),
  );
  const onBus = { DBUS_SESSION_BUS_ADDRESS: address };
  const run: typeof situation.run = (args, options) =>
    situation.run(args, { ...options, env: { ...onBus, ...options?.env } });
  return { ...situation, run, daemon, send };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('It did not come about within 5 s.');
}

describeWith([requirements.secretService, requirements.proc], 'with a real Secret Service', () => {
  it('the key is in the keychain, and in no file', async () => {
    const { home, key, run } = await withSecretService();
    expect(await run(['login', '--with-key'], { stdin: key })).toMatchObject({ exitCode: 0 });
    for (const [file, entry] of home.snapshot()) {
      if (entry.type === 'file') expect(home.read(file).includes(key.slice(20)), file).toBe(false);
    }
    expect(await run(['key', 'print'])).toMatchObject({ stdout: `${key}\n`, exitCode: 0 });
    expect(await run(['doctor'])).toMatchObject({
      stdout: expect.stringContaining('keychain, unlocked'),
      exitCode: 0,
    });
    expect(readFileSync('/proc/keys', 'utf8')).not.toContain('megallm');
    expect(await run(['logout'])).toMatchObject({ exitCode: 0 });
    expect(await run(['key', 'print'])).toMatchObject({ stdout: '', exitCode: 3 });
  });

  it('profiles are accounts, and a new login replaces the old key', async () => {
    const { key, run, sandbox } = await withSecretService();
    const second = sandbox.issueKey().key;
    await run(['login', '--with-key'], { stdin: key });
    await run(['login', '--with-key', '--profile', 'work'], { stdin: key });
    await run(['login', '--with-key'], { stdin: second });
    expect((await run(['key', 'print'])).stdout).toBe(`${second}\n`);
    expect((await run(['key', 'print', '--profile', 'work'])).stdout).toBe(`${key}\n`);
  });

  it('a frozen one ends in an error of its own, and works again afterwards', async () => {
    const { daemon, key, run } = await withSecretService();
    await run(['login', '--with-key'], { stdin: key });
    daemon.kill('SIGSTOP');
    const frozen = await run(['key', 'print']);
    daemon.kill('SIGCONT');
    expect(frozen).toMatchObject({
      stdout: '',
      exitCode: 1,
      stderr: expect.stringContaining('does not answer'),
    });
    expect((await run(['key', 'print'])).stdout).toBe(`${key}\n`);
  });

  it('a locked one says so, and nothing is stored', async () => {
    const { home, key, run, send } = await withSecretService();
    await run(['login', '--with-key'], { stdin: key });
    const collection = 'array:objpath:/org/freedesktop/secrets/collection/login';
    send(
      '--dest=org.freedesktop.secrets',
      '/org/freedesktop/secrets',
      'org.freedesktop.Secret.Service.Lock',
      collection,
    );
    const before = home.snapshot();
    for (const args of [
      ['key', 'print'],
      ['login', '--with-key'],
    ]) {
      expect(await run(args, { stdin: key })).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('locked'),
      });
    }
    expect(home.snapshot()).toEqual(before);
  });

  it('a plain-text file of an earlier login goes when the keychain has the key', async () => {
    const { home, key, run } = await withSecretService();
    await run(['login', '--with-key', '--insecure-storage'], { stdin: key });
    expect(await run(['login', '--with-key'], { stdin: key })).toMatchObject({ exitCode: 0 });
    expect([...home.snapshot().keys()]).not.toContain('.megallm/profiles/default/credentials');
    expect((await run(['key', 'print'])).stdout).toBe(`${key}\n`);
  });
});

describeWith(requirements.secretService, 'without a Secret Service', () => {
  it('a bus that knows of none is told from no bus at all', async () => {
    const { home, key, run } = await freshHome();
    home.write(
      'bus.conf',
      '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" ' +
        '"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd"><busconfig><type>session</type>' +
        '<listen>unix:tmpdir=/tmp</listen><policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>' +
        '<allow own="*"/></policy></busconfig>',
    );
    const { address } = await startBus(join(home.path, 'bus.conf'));
    const onBus = await run(['login', '--with-key'], {
      stdin: key,
      env: { DBUS_SESSION_BUS_ADDRESS: address },
    });
    expect(onBus).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('nothing provides') });
    const noBus = await run(['login', '--with-key'], { stdin: key });
    expect(noBus).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('no D-Bus session') });
    expect(readdirSync(home.path)).toEqual(['bus.conf']);
  });
});
