import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A private D-Bus session; all that runs on it ends with the test. */
export interface Bus {
  readonly env: Record<string, string>;
  /** A program on the bus, from when it has the name `service` until the test is over. */
  start(service: string, file: string, args: readonly string[], stdin?: string): Promise<ChildProcess>;
  /** Calls a method, and gives what `dbus-send` prints. */
  call(service: string, path: string, method: string, ...args: string[]): string;
}

/** GNOME's Secret Service with one keyring, which is unlocked. */
export interface SecretService extends Bus {
  readonly daemon: ChildProcess;
  lock(): void;
  /** Starts to watch; what it gives resolves as soon as somebody has called the service. */
  watch(): Promise<{ readonly called: Promise<void> }>;
  /** The accounts of megallm's entries, as another program sees them. */
  accounts(): string[];
  /** From now on unlocking waits for a person, and there is none. */
  promptForever(): Promise<void>;
}

const bus = 'org.freedesktop.DBus';
const secrets = 'org.freedesktop.secrets';

/** Ends what was started; without a test, its caller's own. */
type WhenFinished = (end: () => Promise<void>) => void;

/** `config`: a bus of that configuration, in place of the usual one, which starts services when they are called. */
export async function startBus(config?: string, whenFinished: WhenFinished = onTestFinished): Promise<Bus> {
  const folder = mkdtempSync(join(tmpdir(), 'megallm-bus-'));
  const socket = join(folder, 'bus');
  const address = `unix:path=${socket}`;
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    XDG_DATA_HOME: folder,
    DBUS_SESSION_BUS_ADDRESS: address,
  };
  const kind = config === undefined ? ['--session'] : [`--config-file=${config}`];
  const daemon = spawn('dbus-daemon', [...kind, `--address=${address}`, '--nofork', '--nopidfile'], {
    env,
    stdio: 'ignore',
  });
  whenFinished(async () => {
    await end(daemon);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  await until(() => existsSync(socket));
  const call: Bus['call'] = (service, path, method, ...args) =>
    execFileSync('dbus-send', ['--session', '--print-reply', `--dest=${service}`, path, method, ...args], {
      env,
      stdio: 'pipe',
    }).toString();
  return {
    env,
    call,
    async start(service, file, args, stdin = '') {
      const child = spawn(file, args, { env, stdio: ['pipe', 'ignore', 'ignore'] });
      whenFinished(() => end(child));
      child.stdin?.end(stdin);
      await until(() => call(bus, '/', `${bus}.NameHasOwner`, `string:${service}`).includes('boolean true'));
      return child;
    },
  };
}

export async function startSecretService(whenFinished?: WhenFinished): Promise<SecretService> {
  const session = await startBus(undefined, whenFinished);
  const args = ['--unlock', '--components=secrets', '--foreground'];
  const daemon = await session.start(secrets, 'gnome-keyring-daemon', args, 'test-password\n');
  const ask = (method: string, ...args: string[]) =>
    session.call(secrets, '/org/freedesktop/secrets', `org.freedesktop.Secret.Service.${method}`, ...args);
  return {
    ...session,
    daemon,
    lock: () => void ask('Lock', 'array:objpath:/org/freedesktop/secrets/collection/login'),
    async watch() {
      const calls = "type='method_call',interface='org.freedesktop.Secret.Service'";
      const monitor = spawn('dbus-monitor', ['--session', calls], {
        env: session.env,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      (whenFinished ?? onTestFinished)(() => end(monitor));
      let seen = '';
      monitor.stdout.setEncoding('utf8').on('data', (text: string) => {
        seen += text;
      });
      // It tells of losing its own name when it has begun.
      await until(() => seen.includes('NameLost'));
      return { called: until(() => seen.includes('method call')) };
    },
    accounts() {
      // It prints the attributes to stderr, the secrets to stdout.
      const { stderr } = spawnSync('secret-tool', ['search', '--all', 'service', 'megallm'], {
        env: session.env,
        encoding: 'utf8',
      });
      return [...stderr.matchAll(/^attribute\.username = (.*)$/gm)].map(([, name]) => name ?? '').sort();
    },
    async promptForever() {
      const prompter = 'org.gnome.keyring.SystemPrompter';
      await session.start(prompter, 'dbus-test-tool', ['black-hole', '--session', `--name=${prompter}`]);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.on('close', resolve));
}

async function until(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('It did not come about within 10 s.');
}
