import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { json } from '../sandbox/answers.ts';
import type { RecordedRequest } from '../sandbox/requests.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';
import type { Home } from '../support/temporary-home.ts';

const rotate = ['keys', 'rotate'];
const credentials = '.megallm/profiles/default/credentials';
const to = (file: string) => ['env', 'write', '--to', 'dotenv', '--file', file];

function keyIn(home: Home, path: string): string | undefined {
  return /sk-mega-\w+/.exec(home.read(path).toString())?.[0];
}

function recordOf(home: Home, profile = 'default') {
  return JSON.parse(home.read(`.megallm/profiles/${profile}/profile.json`).toString());
}

/** Signed in with a key that megallm made itself, so that nobody is asked about it. */
async function withOwnKey() {
  const situation = await signedInHome();
  const { home, key, run, sandbox } = situation;
  const create = ['keys', 'create', '--activate', '--insecure-storage', '--org', 'org_globex'];
  expect(await run(create)).toMatchObject({ exitCode: 0 });
  sandbox.revokeKey(key);
  return { ...situation, key: keyIn(home, credentials) ?? '' };
}

it('puts a new key everywhere the old one is, and revokes that', async () => {
  const { home, key, run, sandbox } = await withOwnKey();
  const mine = '# mine\r\nA=1\r\n';
  home.write('b/.env', mine);
  for (const file of ['.env', 'b/.env']) await run(to(file));
  await run(['env', 'write', '--to', 'bash']);
  const outcome = await run([...rotate, '--json']);
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  const [made, ...others] = sandbox.liveKeys();
  expect(others).toEqual([]);
  expect(made).toMatchObject({ org: 'org_globex', name: expect.stringContaining(`megallm@${hostname()} (`) });
  for (const path of [credentials, '.env', 'b/.env', '.megallm/env.sh'])
    expect(keyIn(home, path), path).toBe(made?.key);
  expect(home.read('b/.env').toString()).toBe(`${mine}MEGALLM_API_KEY=${made?.key}\n`);
  expect(outcome.stdout).not.toContain(made?.key);
  expect(outcome.stdout).not.toContain(key);
  const seen = (backend: string) =>
    expect.objectContaining({ backend, proof: expect.objectContaining({ kind: 'seen' }) });
  expect(JSON.parse(outcome.stdout)).toMatchObject({
    profile: 'default',
    key: `${made?.key.slice(0, 12)}…${made?.key.slice(-4)}`,
    replaced: { key: `${key.slice(0, 12)}…${key.slice(-4)}`, id: expect.stringMatching(/^key_/) },
    revoked: true,
    revoke: null,
    places: [seen('dotenv'), seen('dotenv'), seen('bash')],
    applied: true,
  });
  expect(recordOf(home)).toMatchObject({ key: { origin: 'obtained' } });
  expect(recordOf(home)).not.toHaveProperty('rotation');
  expect([...home.snapshot().keys()].filter((path) => /pending|retired|lock/.test(path))).toEqual([]);
  const before = home.snapshot();
  expect(await run(['undo'])).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('not stored') });
  expect(home.snapshot()).toEqual(before);
  expect(await run(['doctor'])).toMatchObject({ exitCode: 0 });
  // The next one drops the ending of the name that this one gave it.
  expect(await run(rotate)).toMatchObject({ exitCode: 0 });
  expect(sandbox.liveKeys()[0]?.name.match(/rotation/g)).toHaveLength(1);
});

it('leaves keys of their own, and those of other profiles; one key of two profiles is one key', async () => {
  const { home, key, run, sandbox } = await withOwnKey();
  await run(['keys', 'create', '--name', 'own', '--to', 'dotenv', '--file', 'own.env']);
  const login = ['login', '--with-key', '--insecure-storage', '--profile'];
  const other = sandbox.issueKey().key;
  await run([...login, 'other'], { stdin: other });
  await run([...to('other.env'), '--profile', 'other']);
  await run([...login, 'twin'], { stdin: key });
  await run([...to('twin.env'), '--profile', 'twin']);
  // Put aside: its profile has another organisation's key in use.
  await run([...login, 'aside'], { stdin: key });
  expect(await run(['switch-org', 'org_acme', '--yes', '--profile', 'aside'])).toMatchObject({ exitCode: 0 });
  const inUse = keyIn(home, '.megallm/profiles/aside/credentials');
  const own = keyIn(home, 'own.env');
  expect(await run(rotate)).toMatchObject({ exitCode: 0 });
  const now = keyIn(home, credentials);
  expect(now).not.toBe(key);
  expect([keyIn(home, 'own.env'), keyIn(home, 'other.env')]).toEqual([own, other]);
  expect(keyIn(home, '.megallm/profiles/other/credentials')).toBe(other);
  expect(keyIn(home, '.megallm/profiles/twin/credentials')).toBe(now);
  expect(keyIn(home, 'twin.env')).toBe(now);
  expect(
    sandbox
      .liveKeys()
      .map((live) => live.key)
      .sort(),
  ).toEqual([own, other, now, inUse].sort());
  expect(await run(['switch-org', 'org_globex', '--profile', 'aside'])).toMatchObject({ exitCode: 0 });
  expect(keyIn(home, '.megallm/profiles/aside/credentials')).toBe(now);
});

it('writes the variables of the SDKs too, and lives as long as the old key was made for', async () => {
  const { home, run, sandbox } = await freshHome();
  const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const old = sandbox.issueKey({ expiresAt, name: 'ci' }).key;
  await run(['login', '--with-key', '--insecure-storage'], { stdin: old });
  for (const { key } of sandbox.liveKeys()) if (key !== old) sandbox.revokeKey(key);
  await run([...to('.env'), '--sdk', 'openai']);
  expect(await run([...rotate, '--yes'])).toMatchObject({ exitCode: 0 });
  const [made] = sandbox.liveKeys();
  const lines = ['MEGALLM_API_KEY=', `OPENAI_BASE_URL=${sandbox.url}/v1`, 'OPENAI_API_KEY='];
  expect(home.read('.env').toString()).toBe(
    lines.map((line) => `${line}${line.endsWith('=') ? made?.key : ''}\n`).join(''),
  );
  expect(made?.name).toMatch(/^ci \(rotation /);
  const lifetime = Date.parse(made?.expiresAt ?? '') - Date.parse(made?.createdAt ?? '');
  expect(Math.abs(lifetime - 30 * 86_400_000)).toBeLessThan(60_000);
});

it('a linked tool that holds the key gets the new one; one that asks for it needs nothing', async () => {
  const { home, run, sandbox } = await withOwnKey();
  expect(await run(['link', 'claude', '--plain-key'])).toMatchObject({ exitCode: 0 });
  expect(await run(rotate)).toMatchObject({ exitCode: 0 });
  expect(keyIn(home, '.claude/settings.json')).toBe(sandbox.liveKeys()[0]?.key);
  expect(await run(['link', 'claude'])).toMatchObject({ exitCode: 0 });
  const settings = home.read('.claude/settings.json').toString();
  expect(await run(rotate)).toMatchObject({ exitCode: 0 });
  expect(home.read('.claude/settings.json').toString()).toBe(settings);
  expect(await run(['doctor'])).toMatchObject({ exitCode: 0 });
});

describeWith(requirements.proc, 'with running programs', () => {
  it('names those that still have the old key', async () => {
    const { key, run } = await withOwnKey();
    const start = (env: Record<string, string>) => {
      const child = spawn('sleep', ['60'], { env, stdio: 'ignore' });
      onTestFinished(() => {
        child.kill();
      });
      return child.pid;
    };
    const [holder, stranger] = [start({ OPENAI_API_KEY: key }), start({ MEGALLM_API_KEY: `${key}0` })];
    const { stdout } = await run([...rotate, '--json']);
    expect(JSON.parse(stdout).processes).toContainEqual({ pid: holder, name: 'sleep' });
    expect(stdout).not.toContain(`${stranger},`);
  });
});

describe('a pasted key may be a team’s', () => {
  it.each(['', '--json'])('(%s) it is revoked only on a yes', async (form) => {
    const { home, run, sandbox } = await signedInHome();
    const before = [sandbox.liveKeys(), home.snapshot()];
    const { exitCode, stdout, stderr } = await run([...rotate, form].filter(Boolean));
    expect(exitCode).toBe(7);
    expect(`${stdout}${stderr}`).toContain('--yes');
    expect(`${stdout}${stderr}`).toContain('Profile default');
    expect([sandbox.liveKeys(), home.snapshot()]).toEqual(before);
  });

  it('with --grace it stays, and the report says how to revoke it', async () => {
    const { home, key, run, sandbox } = await signedInHome();
    await run(to('.env'));
    const old = sandbox.liveKeys()[0];
    const outcome = await run([...rotate, '--grace', '1h']);
    expect(outcome).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`megallm keys revoke ${old?.id}\n`),
    });
    expect(sandbox.liveKeys().map((live) => live.key)).toEqual([key, keyIn(home, '.env')]);
    expect(keyIn(home, '.env')).not.toBe(key);
    expect(recordOf(home)).not.toHaveProperty('rotation');
    expect(await run(['keys', 'revoke', old?.id ?? '', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(sandbox.liveKeys().map((live) => live.key)).toEqual([keyIn(home, '.env')]);
  });
});

it.each([
  [['--grace', 'soon'], 2],
  [['--grace', '0h'], 2],
])('%j is wrong usage', async (flags, exitCode) => {
  const { run } = await signedInHome();
  expect(await run([...rotate, ...flags])).toMatchObject({ exitCode, stderr: expect.stringContaining('1h') });
});

it('a dry run shows the places, and sends nothing', async () => {
  const { home, run, sandbox } = await signedInHome();
  await run(to('.env'));
  const before = [sandbox.requests.length, home.snapshot()];
  const outcome = await run([...rotate, '--dry-run']);
  expect(outcome).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('MEGALLM_API_KEY=sk-mega-0000…0000'),
    stderr: expect.stringContaining('Would revoke'),
  });
  const document = JSON.parse((await run([...rotate, '--dry-run', '--json'])).stdout);
  expect(document).toMatchObject({ key: 'sk-mega-0000…0000', revoked: false, applied: false });
  expect([sandbox.requests.length, home.snapshot()]).toEqual(before);
});

it('refuses the key of the environment, and nobody’s', async () => {
  const { home, run, sandbox } = await signedInHome();
  const before = [sandbox.liveKeys(), home.snapshot()];
  const env = { MEGALLM_API_KEY: sandbox.issueKey({ key: `sk-mega-${'e'.repeat(64)}` }).key };
  expect(await run([...rotate, '--yes'], { env })).toMatchObject({
    exitCode: 7,
    stderr: expect.stringContaining('MEGALLM_API_KEY'),
  });
  sandbox.revokeKey(env.MEGALLM_API_KEY);
  expect([sandbox.liveKeys(), home.snapshot()]).toEqual(before);
  expect(await run([...rotate, '--profile', 'nobody'])).toMatchObject({ exitCode: 3 });
});

it('a key that may make none leads to the dashboard, and nothing is begun', async () => {
  const { home, run, sandbox } = await freshHome();
  const { key } = sandbox.issueKey({ scopes: ['api:use', 'profile:read'] });
  await run(['login', '--with-key', '--insecure-storage'], { stdin: key });
  const before = sandbox.liveKeys();
  const outcome = await run([...rotate, '--yes']);
  expect(outcome).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('megallm.io/dashboard') });
  expect(recordOf(home)).not.toHaveProperty('rotation');
  expect(sandbox.liveKeys()).toEqual(before);
});

describe('a list that does not tell which key is the old one', () => {
  async function withTwins() {
    const situation = await signedInHome();
    const { key, sandbox } = situation;
    const twin = sandbox.issueKey({ key: `${key.slice(0, 20)}${'0'.repeat(52)}` });
    return { ...situation, twin };
  }

  it('the old key is revoked by itself, and no other', async () => {
    const { key, run, sandbox, twin } = await withTwins();
    expect(await run([...rotate, '--yes'])).toMatchObject({ exitCode: 0 });
    const live = sandbox.liveKeys().map((one) => one.key);
    expect(live).toHaveLength(2);
    expect(live).toContain(twin.key);
    expect(live).not.toContain(key);
  });

  it('with --grace nothing could revoke it later: refused', async () => {
    const { home, run, sandbox } = await withTwins();
    const before = [sandbox.liveKeys(), home.snapshot()];
    expect(await run([...rotate, '--grace', '1h'])).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining('--grace'),
    });
    expect([sandbox.liveKeys(), home.snapshot()]).toEqual(before);
  });
});

describe('a service that lists the keys of one organisation at a time', () => {
  const isListOf = (org: RegExp) => (request: RecordedRequest) =>
    request.method === 'GET' && request.path.startsWith('/api/v1/keys') && org.test(request.path);

  it('and asks for it', async () => {
    const { key, run, sandbox } = await withOwnKey();
    sandbox.setFault(() => json(400, { message: 'org is required' }), isListOf(/keys$/));
    const outcome = await run([...rotate, '--grace', '1h', '--json']);
    expect(outcome).toMatchObject({ exitCode: 0 });
    const { id } = sandbox.liveKeys().find((one) => one.key === key) ?? {};
    expect(JSON.parse(outcome.stdout)).toMatchObject({ revoke: `megallm keys revoke ${id}` });
  });

  it('and not those of every one: a key whose answer was lost is revoked all the same', async () => {
    const { home, run, sandbox } = await withOwnKey();
    sandbox.setFault('lost-answer', ({ method, path }) => method === 'POST' && path === '/api/v1/keys');
    expect(await run(rotate)).toMatchObject({ exitCode: 5 });
    sandbox.setFault(() => json(403, { message: 'not yours' }), isListOf(/keys$|org_acme/));
    expect(await run(rotate)).toMatchObject({ exitCode: 0 });
    expect(sandbox.liveKeys().map((one) => one.key)).toEqual([keyIn(home, credentials)]);
    expect(sandbox.liveKeys()).toMatchObject([{ org: 'org_globex' }]);
  });
});

describe('what goes wrong on the way', () => {
  it.each([
    ['lost-answer', 'POST', '/api/v1/keys', 5],
    ['rate-limited', 'POST', '/api/v1/keys', 6],
    ['server-error', 'GET', '/v1/models', 5],
    ['unauthorized', 'GET', '/v1/models', 4],
    ['rate-limited', 'revoking', '', 6],
    ['unavailable', 'revoking', '', 5],
  ] as const)(
    '%s at %s %s: status says so, and the next run finishes',
    async (fault, method, path, exitCode) => {
      const { home, key, run, sandbox } = await withOwnKey();
      await run(to('.env'));
      const isMeant = (request: RecordedRequest) =>
        method === 'revoking'
          ? request.method === 'DELETE' || request.path.includes('revoke')
          : request.method === method && request.path.startsWith(path);
      sandbox.setFault(fault, isMeant);
      const outcome = await run(rotate);
      expect(outcome).toMatchObject({ exitCode });
      sandbox.setFault(undefined);
      const live = sandbox.liveKeys().map((one) => one.key);
      expect(live).toContain(key);
      expect(live).toContain(keyIn(home, '.env'));
      if (recordOf(home).rotation) {
        const told = expect.stringContaining('megallm keys rotate');
        expect(outcome.stderr).toEqual(told);
        expect(await run(['status'])).toMatchObject({ stdout: told });
        expect(await run(['doctor'])).toMatchObject({ stdout: told });
      }
      expect(await run(rotate)).toMatchObject({ exitCode: 0 });
      expect(sandbox.liveKeys().map((one) => one.key)).toEqual([keyIn(home, '.env')]);
      expect(keyIn(home, '.env')).toBe(keyIn(home, credentials));
      expect(keyIn(home, '.env')).not.toBe(key);
    },
  );

  it('a service that only says that it has revoked is not believed', async () => {
    const { key, run, sandbox } = await withOwnKey();
    const idle = () => json(200, { success: true });
    sandbox.setFault(idle, '/api/oauth/revoke');
    sandbox.addFault(idle, ({ method }) => method === 'DELETE');
    expect(await run(rotate)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('still takes') });
    expect(sandbox.liveKeys().map((one) => one.key)).toContain(key);
    // By its id it goes.
    sandbox.setFault(idle, '/api/oauth/revoke');
    expect(await run(rotate)).toMatchObject({ exitCode: 0 });
    expect(sandbox.liveKeys()).toHaveLength(1);
  });

  it('a place that cannot be read or written: nothing is made or revoked', async () => {
    const { home, key, run, sandbox } = await withOwnKey();
    await run(to('a.env'));
    await run(['env', 'write', '--to', 'bash']);
    rmSync(join(home.path, 'a.env'));
    mkdirSync(join(home.path, 'a.env'));
    expect(await run(rotate)).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('a.env') });
    rmSync(join(home.path, 'a.env'), { recursive: true });
    const bashrc = home.read('.bashrc').toString();
    home.write('.bashrc', `${bashrc}export MEGALLM_API_KEY=my-own\n`);
    expect(await run(rotate)).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('.bashrc:') });
    expect(sandbox.liveKeys().map((one) => one.key)).toEqual([key]);
    expect(recordOf(home)).not.toHaveProperty('rotation');
    home.write('.bashrc', bashrc);
    expect(await run(rotate)).toMatchObject({ exitCode: 0 });
    expect(sandbox.liveKeys().map((one) => one.key)).toEqual([keyIn(home, '.megallm/env.sh')]);
  });

  it('a place that changes under its hands: the new key waits, and is the one that the next run uses', async () => {
    const { home, key, run, sandbox } = await withOwnKey();
    for (const file of ['a.env', 'b.env']) await run(to(file));
    const before = home.read('b.env').toString();
    const isMaking = ({ method, path }: RecordedRequest) => method === 'POST' && path === '/api/v1/keys';
    sandbox.setFault((_, next) => {
      home.write('b.env', `${before}MEGALLM_API_KEY=my-own\n`);
      return next();
    }, isMaking);
    const outcome = await run(rotate);
    expect(outcome).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('b.env:2') });
    expect(outcome.stderr).toContain('megallm keys rotate');
    expect([keyIn(home, 'a.env'), keyIn(home, credentials)]).toEqual([key, key]);
    const made = sandbox.liveKeys().map((one) => one.key);
    expect(made).toEqual([key, keyIn(home, `${credentials}.pending`)]);
    home.write('b.env', before);
    sandbox.setFault(undefined);
    expect(await run(rotate)).toMatchObject({ exitCode: 0 });
    expect(sandbox.requests.filter(isMaking)).toHaveLength(2);
    expect(sandbox.liveKeys().map((one) => one.key)).toEqual([keyIn(home, 'a.env')]);
    expect(keyIn(home, 'b.env')).toBe(made[1]);
  });

  it('two at once: one after the other, and one key is left', async () => {
    const { home, run, sandbox } = await withOwnKey();
    await run(to('.env'));
    const outcomes = await Promise.all([run(rotate), run(rotate)]);
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(sandbox.liveKeys().map((one) => one.key)).toEqual([keyIn(home, '.env')]);
  });
});

describe('while one is unfinished', () => {
  /** The new key is made and stored, and the service breaks before it is verified. */
  async function unfinished() {
    const situation = await withOwnKey();
    const { home, run, sandbox } = situation;
    await run(to('.env'));
    sandbox.setFault('server-error', '/v1/models');
    expect(await run(rotate)).toMatchObject({ exitCode: 5 });
    sandbox.setFault(undefined);
    expect(sandbox.liveKeys()).toHaveLength(2);
    expect(keyIn(home, `${credentials}.pending`)).toBe(sandbox.liveKeys()[1]?.key);
    return situation;
  }

  it('logging out revokes and removes the new key too', async () => {
    const { home, run, sandbox } = await unfinished();
    expect(await run(['logout'])).toMatchObject({ exitCode: 0 });
    expect(sandbox.liveKeys()).toEqual([]);
    expect(recordOf(home)).not.toHaveProperty('rotation');
    expect([...home.snapshot().keys()].filter((path) => /credentials|\.env$/.test(path))).toEqual([]);
  });

  it('another key is not taken in', async () => {
    const { home, run, sandbox } = await unfinished();
    const stdin = sandbox.issueKey().key;
    const before = home.snapshot();
    expect(await run(['login', '--with-key', '--insecure-storage'], { stdin })).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining('megallm keys rotate'),
    });
    expect(await run(['switch-org', 'org_acme', '--yes'])).toMatchObject({ exitCode: 7 });
    expect(await run(['keys', 'create', '--activate', '--insecure-storage'])).toMatchObject({ exitCode: 7 });
    expect(home.snapshot()).toEqual(before);
  });

  it('a new key that the service does not take any more gives way to another', async () => {
    const { home, run, sandbox } = await unfinished();
    sandbox.revokeKey(sandbox.liveKeys()[1]?.key ?? '');
    expect(await run(rotate)).toMatchObject({ exitCode: 0 });
    expect(sandbox.liveKeys().map((one) => one.key)).toEqual([keyIn(home, '.env')]);
  });
});
