import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, type Requirement } from '../support/requirements.ts';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';
import type { Home } from '../support/temporary-home.ts';

const devFull: Requirement = {
  name: '/dev/full',
  missing: () => (statSync('/dev/full', { throwIfNoEntry: false }) ? undefined : 'this system has none'),
};

/** The key in the recovery file, which has to be the only one, private, and named in `text`. */
function recovered(home: Home, text: string): string {
  const names = readdirSync(join(home.path, '.megallm')).filter((name) => name.startsWith('recovered'));
  expect(names).toHaveLength(1);
  const path = join(home.path, '.megallm', names[0] ?? '');
  expect(text).toContain(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  return home.read(`.megallm/${names[0]}`).toString().trim();
}

it('prints a new key, and stores it nowhere', async () => {
  const { home, key, run, sandbox } = await signedInHome();
  const outcome = await run(['keys', 'create', '--name', 'ci', '--print']);
  expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^sk-mega-[0-9a-f]{64}\n$/) });
  expect(sandbox.liveKeys()).toContainEqual(
    expect.objectContaining({ key: outcome.stdout.trim(), name: 'ci' }),
  );
  expect((await run(['key', 'print'])).stdout).toBe(`${key}\n`);
  expect([...home.snapshot().keys()].filter((path) => path.includes('recovered'))).toEqual([]);
  const json = await run(['keys', 'create', '--print', '--json']);
  expect(json.stderr).toBe('');
  expect(sandbox.liveKeys().map((issued) => issued.key)).toContain(JSON.parse(json.stdout).key);
});

it('writes a new key somewhere, or makes it the profile’s own', async () => {
  const { home, key, run, sandbox } = await signedInHome();
  await run(['keys', 'create', '--to', 'dotenv']);
  const written = /sk-mega-\w+/.exec(home.read('.env').toString())?.[0];
  expect(sandbox.liveKeys()).toContainEqual(
    expect.objectContaining({ key: written, name: `megallm@${hostname()}` }),
  );
  expect((await run(['key', 'print'])).stdout.trim()).toBe(key);
  await run(['keys', 'create', '--activate', '--insecure-storage', '--org', 'org_globex']);
  const active = (await run(['key', 'print'])).stdout.trim();
  expect(sandbox.liveKeys()).toContainEqual(expect.objectContaining({ key: active, org: 'org_globex' }));
  expect(JSON.parse(home.read('.megallm/profiles/default/profile.json').toString())).toMatchObject({
    organisation: { id: 'org_globex', name: 'Globex' },
    key: { origin: 'obtained' },
  });
});

it('becomes the key of a profile that has none', async () => {
  const { home, key, run, sandbox } = await freshHome();
  const env = { MEGALLM_API_KEY: key };
  const create = ['keys', 'create', '--insecure-storage'];
  expect(await run(create, { env })).toMatchObject({ exitCode: 0, stdout: '' });
  const stored = home.read('.megallm/profiles/default/credentials').toString().trim();
  expect(sandbox.liveKeys().map((issued) => issued.key)).toContain(stored);
  expect(stored).not.toBe(key);
});

it('is for the organisation of the key that makes it, not for that of the profile', async () => {
  const { run, sandbox } = await signedInHome();
  sandbox.organisations = [{ org_id: 'org_new', org_name: 'New', role: 'owner' }];
  const env = { MEGALLM_API_KEY: sandbox.issueKey({ org: 'org_new' }).key };
  expect(await run(['keys', 'create', '--print'], { env })).toMatchObject({ exitCode: 0 });
  expect(sandbox.liveKeys().at(-1)).toMatchObject({ org: 'org_new' });
});

it.each([
  [['keys', 'create'], 2, '--activate'],
  [['keys', 'create', '--json'], 2, undefined],
  [['keys', 'create', '--yes'], 2, '--activate'],
  [['keys', 'create', '--print', '--to', 'nowhere'], 2, 'nowhere'],
  [['keys', 'create', '--activate', '--org', 'org_nobody'], 4, 'megallm.io/dashboard'],
  [['keys', 'create', '--print', '--name', ' '], 1, 'api_key_name'],
])('%j makes no key', async (args, exitCode, text) => {
  const { home, run, sandbox } = await signedInHome();
  const before = [sandbox.liveKeys(), home.snapshot()];
  expect(await run([...args, '--insecure-storage'])).toMatchObject({
    exitCode,
    ...(text === undefined ? {} : { stderr: expect.stringContaining(text) }),
  });
  expect([sandbox.liveKeys(), home.snapshot()]).toEqual(before);
});

it('sends when the key expires, in UTC, and shows it in local time', async () => {
  const { run, sandbox } = await signedInHome();
  const env = { TZ: 'America/New_York' };
  const dated = await run(['keys', 'create', '--print', '--name', 'a', '--expires', '2091-07-01'], { env });
  expect(dated).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('expires 2091-07-01 00:00') });
  expect(sandbox.liveKeys().at(-1)).toMatchObject({ expiresAt: '2091-07-01T04:00:00.000Z' });
  const lasting = await run(['keys', 'create', '--print', '--name', 'b', '--expires', '4w', '--json']);
  const { expiresAt } = JSON.parse(lasting.stdout);
  expect(sandbox.liveKeys().at(-1)).toMatchObject({ name: 'b', expiresAt });
  expect(Math.abs(Date.parse(expiresAt) - Date.now() - 28 * 86_400_000)).toBeLessThan(60_000);
});

it.each([['90x'], ['2020-01-01'], ['2027-02-30'], ['']])('--expires %j is wrong usage', async (when) => {
  const { run, sandbox } = await signedInHome();
  const before = sandbox.requests.length;
  expect(await run(['keys', 'create', '--print', '--expires', when])).toMatchObject({ exitCode: 2 });
  expect(sandbox.requests).toHaveLength(before);
});

it('a name that is in use is not taken again unasked', async () => {
  const { run, sandbox } = await signedInHome();
  const create = ['keys', 'create', '--print'];
  expect(await run(create)).toMatchObject({ exitCode: 0 });
  const before = sandbox.liveKeys();
  const again = await run(create);
  expect(again).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('made just now') });
  expect(again.stderr).toContain('--name');
  expect(sandbox.liveKeys()).toEqual(before);
  // In another organisation it is another name.
  expect(await run([...create, '--org', 'org_globex'])).toMatchObject({ exitCode: 0 });
  expect(await run([...create, '--yes'])).toMatchObject({ exitCode: 0 });
  expect(sandbox.liveKeys()).toHaveLength(before.length + 2);
});

it('makes no key where it could not be kept: no keychain, and nobody agreed to plain text', async () => {
  const { key, run, sandbox } = await freshHome();
  const before = sandbox.liveKeys();
  const outcome = await run(['keys', 'create', '--activate'], { env: { MEGALLM_API_KEY: key } });
  expect(outcome).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('--insecure-storage') });
  expect(sandbox.liveKeys()).toEqual(before);
});

it.each([['--to', 'dotenv'], ['--activate', '--insecure-storage'], ['--print'], []])(
  'a dry run (%s %s) shows what it would do, and sends nothing',
  async (...way) => {
    const { home, run, sandbox } = await signedInHome();
    const before = [sandbox.requests.length, home.snapshot()];
    const outcome = await run(['keys', 'create', ...way.filter(Boolean), '--dry-run']);
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.stdout).not.toMatch(/sk-mega-[0-9a-f]{20}/);
    if (way[0] === '--to') expect(outcome.stdout).toContain('MEGALLM_API_KEY=sk-mega-0000…0000');
    expect([sandbox.requests.length, home.snapshot()]).toEqual(before);
  },
);

it.each([[['api:use', 'profile:read']], [['api:use']]])(
  'a key with the rights %j leads to the dashboard',
  async (scopes) => {
    const { run, sandbox } = await freshHome();
    const { key } = sandbox.issueKey({ scopes });
    await run(['login', '--with-key', '--insecure-storage'], { stdin: key });
    const outcome = await run(['keys', 'create', '--print']);
    expect(outcome).toMatchObject({ exitCode: 4, stdout: '' });
    expect(outcome.stderr).toContain('megallm.io/dashboard');
    expect(outcome.stderr).toContain('megallm login --with-key');
  },
);

it('nobody signed in: the dashboard, once, and 3', async () => {
  const { run } = await freshHome();
  const outcome = await run(['keys', 'create']);
  expect(outcome).toMatchObject({ exitCode: 3, stdout: '' });
  expect(outcome.stderr.match(/megallm\.io\/dashboard/g)).toHaveLength(1);
});

describe('no key is lost', () => {
  it('that cannot be stored: it goes to a file that the error names', async () => {
    const { home, run, sandbox } = await signedInHome();
    const credentials = join(home.path, '.megallm/profiles/default/credentials');
    const env = { MEGALLM_API_KEY: sandbox.issueKey().key };
    rmSync(credentials);
    mkdirSync(credentials);
    const outcome = await run(['keys', 'create', '--activate', '--insecure-storage', '--json'], { env });
    expect(outcome).toMatchObject({ exitCode: 7, stderr: '' });
    const { error } = JSON.parse(outcome.stdout);
    expect(sandbox.liveKeys().at(-1)?.key).toBe(recovered(home, error.message));
    expect(error.hint).toContain('megallm login --with-key <');
  });

  it.each(['lost-answer', 'truncated', 'html', 'server-error', 'malformed-json'] as const)(
    'whose answer is lost (%s): the error says that it may exist, and by which name',
    async (fault) => {
      const { run, sandbox } = await signedInHome();
      sandbox.setFault(fault, ({ method, path }) => method === 'POST' && path === '/api/v1/keys');
      const outcome = await run(['keys', 'create', '--print', '--name', 'nightly "build"']);
      expect(outcome).toMatchObject({ exitCode: 5, stdout: '' });
      expect(outcome.stderr).toContain('may have been made all the same');
      expect(outcome.stderr).toContain('"nightly \\"build\\""');
    },
  );

  it('and none is feared lost that was never asked for', async () => {
    const { run, sandbox } = await signedInHome();
    await sandbox.close();
    const outcome = await run(['keys', 'create', '--print']);
    expect(outcome).toMatchObject({ exitCode: 5, stdout: '' });
    expect(outcome.stderr).not.toContain('may have been made');
  });

  describeWith(devFull, 'when standard output is full', () => {
    it.each(['', '--json'])('(%s) it goes to a file', async (form) => {
      const { home, run, sandbox } = await signedInHome();
      const script = `exec "$0" "$@" > /dev/full`;
      const args = [process.execPath, megallmBin, 'keys', 'create', '--print', form].filter(Boolean);
      const outcome = await runProgram('sh', ['-c', script, ...args], { home, env: sandbox.environment });
      expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('ENOSPC') });
      const key = recovered(home, outcome.stderr);
      expect(sandbox.liveKeys().at(-1)?.key).toBe(key);
      expect(outcome.stderr).not.toContain(key);
      expect(await run(['doctor'])).toMatchObject({ exitCode: 0 });
    });

    it('other commands say so, and fail', async () => {
      const { home, sandbox } = await signedInHome();
      for (const form of ['', '--json']) {
        const args = [process.execPath, megallmBin, 'status', form].filter(Boolean);
        const outcome = await runProgram('sh', ['-c', 'exec "$0" "$@" > /dev/full', ...args], {
          home,
          env: sandbox.environment,
        });
        expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('ENOSPC') });
        expect(outcome.stderr).not.toContain('bug');
      }
    });
  });
});
