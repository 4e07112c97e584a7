import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { startBus, startSecretService } from '../support/secret-service.ts';
import { freshHome } from '../support/signed-in-home.ts';

const login = ['login', '--with-key'];
const print = ['key', 'print'];

/** A home where nobody has signed in yet, beside a Secret Service. */
async function withSecretService() {
  const service = await startSecretService();
  const situation = await freshHome();
  const run: typeof situation.run = (args, options) =>
    situation.run(args, { ...options, env: { ...reaching(service), ...options?.env } });
  return { ...situation, run, service };
}

function reaching({ env }: { readonly env: Record<string, string> }): Record<string, string> {
  return { DBUS_SESSION_BUS_ADDRESS: env.DBUS_SESSION_BUS_ADDRESS ?? '' };
}

describeWith(requirements.secretService, 'with a real Secret Service', () => {
  it('the key is in the keychain, and in no file', async () => {
    const { home, key, run, service } = await withSecretService();
    expect(await run(login, { stdin: key })).toMatchObject({ exitCode: 0 });
    expect(service.accounts()).toEqual(['default']);
    for (const [file, entry] of home.snapshot()) {
      if (entry.type === 'file') expect(home.read(file).includes(key.slice(20)), file).toBe(false);
    }
    expect(await run(print)).toMatchObject({ stdout: `${key}\n`, exitCode: 0 });
    expect((await run(['doctor', '--offline'])).stdout).toContain('keychain, unlocked');
    expect(await run(['logout'])).toMatchObject({ exitCode: 0 });
    expect(service.accounts()).toEqual([]);
    expect(await run(print)).toMatchObject({ stdout: '', exitCode: 3 });
  });

  it('so is one that sign-in yields', async () => {
    const { home, run, sandbox, service } = await withSecretService();
    Object.assign(sandbox, { deviceMode: 'approve', deviceInterval: 0.05 });
    expect(await run(['login', '--device'])).toMatchObject({ exitCode: 0 });
    const key = sandbox.liveKeys().at(-1)?.key ?? '';
    expect(service.accounts()).toEqual(['default']);
    expect((await run(print)).stdout).toBe(`${key}\n`);
    for (const [file, entry] of home.snapshot()) {
      if (entry.type === 'file') expect(home.read(file).includes(key.slice(20)), file).toBe(false);
    }
  });

  it('profiles are accounts, and a new login replaces the old key', async () => {
    const { key, run, sandbox, service } = await withSecretService();
    const second = sandbox.issueKey().key;
    await run(login, { stdin: key });
    await run([...login, '--profile', 'work'], { stdin: key });
    await run(login, { stdin: second });
    expect(service.accounts()).toEqual(['default', 'work']);
    expect((await run(print)).stdout).toBe(`${second}\n`);
    expect((await run([...print, '--profile', 'work'])).stdout).toBe(`${key}\n`);
  });

  it('its process starts before the command is known, and a wrong guess does no harm', async () => {
    const { home, key, run } = await withSecretService();
    await run(login, { stdin: key });
    expect(await run([...print, '--profile', 'nobody'])).toMatchObject({ stdout: '', exitCode: 3 });
    expect(await run([...print, '--profile', '../../etc'])).toMatchObject({ stdout: '', exitCode: 2 });
    expect((await run([...print, '--help'])).stdout).toContain('megallm key print');
    const env = { MEGALLM_API_KEY: 'sk-mega-of-somebody-else-entirely' };
    expect((await run(print, { env })).stdout).toBe(`${env.MEGALLM_API_KEY}\n`);
    home.write('.megallm/config.json', '{');
    expect(await run(print)).toMatchObject({ stdout: '', exitCode: 1 });
  });

  it('a plain-text file of an earlier login goes when the keychain has the key', async () => {
    const { home, key, run } = await withSecretService();
    await run([...login, '--insecure-storage'], { stdin: key });
    expect(await run(login, { stdin: key })).toMatchObject({ exitCode: 0 });
    expect([...home.snapshot().keys()]).not.toContain('.megallm/profiles/default/credentials');
    expect((await run(print)).stdout).toBe(`${key}\n`);
  });

  it('a frozen one ends in an error of its own, and works again afterwards', async () => {
    const { key, run, service } = await withSecretService();
    await run(login, { stdin: key });
    service.daemon.kill('SIGSTOP');
    const started = performance.now();
    const frozen = await run(print);
    expect(performance.now() - started).toBeLessThan(10_000);
    service.daemon.kill('SIGCONT');
    expect(frozen).toMatchObject({ stdout: '', exitCode: 1 });
    expect(frozen.stderr).toContain('The keychain service does not answer.');
    expect((await run(print)).stdout).toBe(`${key}\n`);
  });

  it('one that dies meanwhile is told from one that is not there', async () => {
    const { key, run, service } = await withSecretService();
    await run(login, { stdin: key });
    service.daemon.kill('SIGSTOP');
    const { called } = await service.watch();
    const asked = run(print);
    await called;
    service.daemon.kill('SIGKILL');
    expect(await asked).toMatchObject({
      stdout: '',
      exitCode: 1,
      stderr: expect.stringContaining('The keychain service ended while it was asked.'),
    });
  });

  it.each([
    ['that is locked', 'The keychain is locked.'],
    ['whose question nobody answers', 'The keychain waits for a person to unlock it'],
  ])('one %s says so before there is a key, and nothing is stored', async (how, message) => {
    const { home, key, run, sandbox, service } = await withSecretService();
    await run(login, { stdin: key });
    if (how !== 'that is locked') await service.promptForever();
    service.lock();
    const before = home.snapshot();
    const requests = sandbox.requests.length;
    for (const args of [print, login, ['login', '--device']]) {
      expect(await run(args, { stdin: key })).toMatchObject({
        stdout: '',
        exitCode: 1,
        stderr: expect.stringContaining(message),
      });
    }
    expect(home.snapshot()).toEqual(before);
    expect(sandbox.requests).toHaveLength(requests);
    expect(service.accounts()).toEqual(['default']);
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
    const bus = await startBus(join(home.path, 'bus.conf'));
    const onBus = await run(login, { stdin: key, env: reaching(bus) });
    expect(onBus).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('nothing provides') });
    const noBus = await run(login, { stdin: key });
    expect(noBus).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('no D-Bus session') });
    expect(readdirSync(home.path)).toEqual(['bus.conf']);
  });
});

describeWith([requirements.keyctl, requirements.proc], "the kernel's keyring", () => {
  it('gets nothing, even where there is no other', async () => {
    const { key, run } = await freshHome();
    expect(await run(login, { stdin: key })).toMatchObject({ exitCode: 7 });
    for (const keyring of ['@s', '@u', '@us']) {
      expect(execFileSync('keyctl', ['show', keyring], { encoding: 'utf8' })).not.toContain('megallm');
    }
  });
});

/** A copy of megallm alone, without the packages that it comes with. */
async function withoutPackages() {
  const { home, key, sandbox } = await freshHome();
  const root = dirname(dirname(megallmBin));
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(root, part), join(home.path, 'app', part), { recursive: true });
  }
  const options = { home, env: sandbox.environment, stdin: key };
  const run = (args: readonly string[]) =>
    runProgram(process.execPath, [join(home.path, 'app/bin/megallm.cjs'), ...args], options);
  return { home, key, run };
}

describe('an installation without its optional part', () => {
  it('says so, and how to get it', async () => {
    const { run } = await withoutPackages();
    const outcome = await run(login);
    expect(outcome).toMatchObject({ stdout: '', exitCode: 7 });
    expect(outcome.stderr).toContain('an optional part is missing');
    expect(outcome.stderr).toContain('--omit=optional');
  });

  it('does all else with a key in a file', async () => {
    const { key, run } = await withoutPackages();
    expect(await run([...login, '--insecure-storage'])).toMatchObject({ exitCode: 0 });
    expect(await run(['key', 'print'])).toMatchObject({ stdout: `${key}\n`, exitCode: 0 });
    expect(await run(['doctor'])).toMatchObject({ exitCode: 0 });
    expect(await run(['uninstall', '--yes'])).toMatchObject({ exitCode: 0 });
  });

  it('is told from one that this system cannot load', async () => {
    const { home, run } = await withoutPackages();
    const kind = { linux: '-gnu', win32: '-msvc' }[process.platform as string] ?? '';
    const part = `app/node_modules/@napi-rs/keyring-${process.platform}-${process.arch}${kind}`;
    home.write(`${part}/package.json`, '{"main":"binding.node"}');
    home.write(`${part}/binding.node`, 'for another system');
    const outcome = await run(login);
    expect(outcome).toMatchObject({ stdout: '', exitCode: 7 });
    expect(outcome.stderr).toContain('cannot load');
    expect(outcome.stderr).toContain('--insecure-storage');
  });
});
