import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Fault } from '../sandbox/faults.ts';
import type { Sandbox } from '../sandbox/service.ts';
import { startMegallm } from '../support/megallm.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { startSecretService } from '../support/secret-service.ts';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';
import type { Home } from '../support/temporary-home.ts';

const rotate = ['keys', 'rotate', '--yes'];
const credentials = '.megallm/profiles/default/credentials';
const places = [credentials, '.env', 'other/.env'];

/** A key in storage and in two `.env` files, and nothing else that is alive. Starting shells would take most of the time. */
async function spreadHome() {
  const situation = await signedInHome();
  const { home, run } = situation;
  home.write('other/.env', '# mine\n');
  const to = (file: string) => ['env', 'write', '--to', 'dotenv', '--file', file];
  expect(await run(to('.env'))).toMatchObject({ exitCode: 0 });
  expect(await run(to('other/.env'))).toMatchObject({ exitCode: 0 });
  return situation;
}

/** The key in each place. */
function heldKeys(home: Home): string[] {
  return places.map((path) => /sk-mega-\w+/.exec(home.read(path).toString())?.[0] ?? `none in ${path}`);
}

function expectAllAccepted(home: Home, sandbox: Sandbox): void {
  const live = sandbox.liveKeys().map(({ key }) => key);
  expect(heldKeys(home).filter((key) => !live.includes(key))).toEqual([]);
}

/** One key is alive, it is everywhere, and nothing of the rotation is left. */
function expectOne(home: Home, sandbox: Sandbox): string {
  const [live, ...others] = sandbox.liveKeys();
  expect(others).toEqual([]);
  expect(heldKeys(home)).toEqual(places.map(() => live?.key));
  const left = [...home.snapshot().keys()].filter((path) => /pending|retired|lock|\.megallm-/.test(path));
  expect(left).toEqual([]);
  const record = JSON.parse(home.read('.megallm/profiles/default/profile.json').toString());
  expect(record).not.toHaveProperty('rotation');
  return live?.key ?? '';
}

type Spread = Awaited<ReturnType<typeof spreadHome>>;

/** Runs it to its end or death; the places are looked at whenever the service has answered. */
async function rotateWatched(
  { home, sandbox }: Spread,
  env: Record<string, string> = {},
): Promise<NodeJS.Signals | number | null> {
  const failures: unknown[] = [];
  const watch: Fault = async (_, next) => {
    const answer = await next();
    try {
      expectAllAccepted(home, sandbox);
    } catch (error) {
      failures.push(error);
    }
    return answer;
  };
  sandbox.setFault(watch);
  const child = startMegallm(rotate, { home, env: { ...sandbox.environment, ...env } });
  let told = '';
  child.stderr.on('data', (text: Buffer) => {
    told += text;
  });
  const end = await new Promise<NodeJS.Signals | number | null>((resolve) =>
    child.on('close', (code, signal) => resolve(signal ?? code)),
  );
  expect(failures).toEqual([]);
  expectAllAccepted(home, sandbox);
  if (end !== 0 && end !== 'SIGKILL') throw new Error(`keys rotate ended with ${end}: ${told}`);
  return end;
}

function killedAt(step: number): Record<string, string> {
  const preload = fileURLToPath(new URL('../support/killed.mjs', import.meta.url));
  return { NODE_OPTIONS: `--import=${preload}`, KILL_BEFORE: String(step) };
}

it('SIGKILL before each step that changes a file: the next run finishes', async () => {
  const spread = await spreadHome();
  const { home, sandbox } = spread;
  let before = expectOne(home, sandbox);
  let step = 1;
  for (; (await rotateWatched(spread, killedAt(step))) === 'SIGKILL'; step += 1) {
    expect(await rotateWatched(spread)).toBe(0);
    const now = expectOne(home, sandbox);
    expect(now).not.toBe(before);
    before = now;
  }
  expectOne(home, sandbox);
  // The profile's record, its three keys and the two places.
  expect(step).toBeGreaterThan(12);
}, 300_000);

const requests = {
  'the key is looked for in the list': ['GET', '/api/v1/keys'],
  'a key is made': ['POST', '/api/v1/keys'],
  'the new key is verified': ['GET', '/v1/models'],
  'the old key is revoked': ['POST', '/api/oauth/revoke'],
} as const;

it.each(
  Object.entries(requests).flatMap(([name, request]) =>
    (['before', 'after'] as const).map((when) => [when, name, ...request] as const),
  ),
)('SIGKILL %s %s: the next run finishes', async (when, _, method, path) => {
  const spread = await spreadHome();
  const { home, sandbox } = spread;
  const child = startMegallm(rotate, { home, env: sandbox.environment });
  let asked = 0;
  sandbox.setFault(
    async (_exchange, next) => {
      asked += 1;
      if (when === 'after') await next();
      child.kill('SIGKILL');
      return next();
    },
    (request) => request.method === method && request.path.startsWith(path),
    1,
  );
  await new Promise((resolve) => child.on('close', resolve));
  expect(asked).toBe(1);
  expectAllAccepted(home, sandbox);
  expect(await rotateWatched(spread)).toBe(0);
  expectOne(home, sandbox);
});

it('a key that the service makes only after the next run has looked for it goes too', async () => {
  const { home, run, sandbox } = await spreadHome();
  const child = startMegallm(rotate, { home, env: sandbox.environment });
  let second: () => void = () => undefined;
  const untilSecond = new Promise<void>((resolve) => {
    second = resolve;
  });
  let made = 0;
  sandbox.setFault(
    async (_, next) => {
      made += 1;
      if (made > 1) {
        const answer = await next();
        second();
        return answer;
      }
      child.kill('SIGKILL');
      await untilSecond;
      return next();
    },
    ({ method, path }) => method === 'POST' && path === '/api/v1/keys',
  );
  await new Promise((resolve) => child.on('close', resolve));
  expect(await run(rotate)).toMatchObject({ exitCode: 0 });
  expect(made).toBe(2);
  expectOne(home, sandbox);
});

it('SIGKILL at 50 random moments, and run again: every place has a key that works all the time, and one is left', async () => {
  const spread = await spreadHome();
  const { home, sandbox } = spread;
  const started = performance.now();
  expect(await rotateWatched(spread)).toBe(0);
  const wholeMs = performance.now() - started;
  let killed = 0;
  for (let round = 1; round <= 50; round += 1) {
    const child = startMegallm(rotate, { home, env: sandbox.environment });
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * wholeMs);
    const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
    clearTimeout(timer);
    if (signal === 'SIGKILL') killed += 1;
    expectAllAccepted(home, sandbox);
    // Most runs go on from where others were killed too.
    if (round % 5 > 0) continue;
    expect(await rotateWatched(spread)).toBe(0);
    expectOne(home, sandbox);
  }
  expect(killed).toBeGreaterThan(10);
  expect(existsSync(join(home.path, '.megallm/rotation-lock'))).toBe(false);
}, 300_000);

describeWith(requirements.secretService, 'with a real Secret Service', () => {
  it('both keys are there until it is done, wherever it is killed', async () => {
    const service = await startSecretService();
    const { home, key, run: runAt, sandbox } = await freshHome();
    const onBus = { DBUS_SESSION_BUS_ADDRESS: service.env.DBUS_SESSION_BUS_ADDRESS ?? '' };
    const run = (args: readonly string[], env = {}) => runAt(args, { stdin: key, env: { ...onBus, ...env } });
    const stored = async () => (await run(['key', 'print'])).stdout.trim();
    await run(['login', '--with-key']);
    await run(['env', 'write', '--to', 'dotenv']);
    let ended: number | null = null;
    // Every sixth step, since each takes two runs, and every run asks the keychain some twenty times.
    for (let step = 6; ended === null; step += 6) {
      ended = (await run(rotate, killedAt(step))).exitCode;
      const live = sandbox.liveKeys().map((one) => one.key);
      expect(live).toContain(/sk-mega-\w+/.exec(home.read('.env').toString())?.[0]);
      expect(live).toContain(await stored());
      if (ended === null) expect(await run(rotate)).toMatchObject({ exitCode: 0 });
      expect(sandbox.liveKeys().map((one) => one.key)).toEqual([await stored()]);
      expect(service.accounts()).toEqual(['default']);
    }
    expect(ended).toBe(0);
    for (const [file, entry] of home.snapshot()) {
      if (entry.type === 'file' && file !== '.env')
        expect(home.read(file).toString(), file).not.toContain('sk-mega-');
    }
    expect(await run(['logout'])).toMatchObject({ exitCode: 0 });
    expect(sandbox.liveKeys()).toEqual([]);
  }, 180_000);
});
