import { mkdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';

it('prints a new key, and stores it nowhere', async () => {
  const { home, key, run, sandbox } = await signedInHome();
  const outcome = await run(['keys', 'create', '--name', 'ci', '--print']);
  expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^sk-mega-[0-9a-f]{64}\n$/) });
  expect(sandbox.liveKeys()).toContainEqual(
    expect.objectContaining({ key: outcome.stdout.trim(), name: 'ci' }),
  );
  expect((await run(['key', 'print'])).stdout).toBe(`${key}\n`);
  expect([...home.snapshot().keys()].filter((path) => path.includes('recovered'))).toEqual([]);
});

it('writes a new key somewhere, or makes it the profile’s own', async () => {
  const { home, run, sandbox } = await signedInHome();
  await run(['keys', 'create', '--to', 'dotenv']);
  const written = /sk-mega-\w+/.exec(home.read('.env').toString())?.[0];
  expect(sandbox.liveKeys()).toContainEqual(
    expect.objectContaining({ key: written, name: `megallm@${hostname()}` }),
  );
  await run(['keys', 'create', '--activate', '--insecure-storage', '--org', 'org_globex']);
  const active = (await run(['key', 'print'])).stdout.trim();
  expect(sandbox.liveKeys()).toContainEqual(expect.objectContaining({ key: active, org: 'org_globex' }));
});

it.each([
  [['keys', 'create'], 2, '--activate'],
  [['keys', 'create', '--print', '--to', 'nowhere'], 2, 'nowhere'],
])('%j makes no key', async (args, exitCode, text) => {
  const { run, sandbox } = await signedInHome();
  const before = sandbox.liveKeys().length;
  expect(await run(args)).toMatchObject({ exitCode, stderr: expect.stringContaining(text) });
  expect(sandbox.liveKeys()).toHaveLength(before);
});

it('a dry run makes no key and shows what it would do', async () => {
  const { home, run, sandbox } = await signedInHome();
  const before = [sandbox.liveKeys().length, home.snapshot()];
  const outcome = await run(['keys', 'create', '--to', 'dotenv', '--dry-run']);
  expect(outcome).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('MEGALLM_API_KEY=sk-mega-0000…0000'),
  });
  expect([sandbox.liveKeys().length, home.snapshot()]).toEqual(before);
});

it('a key that may not make keys leads to the dashboard', async () => {
  const { run, sandbox } = await freshHome();
  const { key } = sandbox.issueKey({ scopes: ['api:use', 'profile:read'] });
  await run(['login', '--with-key', '--insecure-storage'], { stdin: key });
  const outcome = await run(['keys', 'create', '--print']);
  expect(outcome).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('megallm.io/dashboard') });
});

it('nobody signed in: the dashboard, and 3', async () => {
  const { run } = await freshHome();
  const outcome = await run(['keys', 'create']);
  expect(outcome).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('megallm.io/dashboard') });
});

it('a new key that cannot be stored goes to a file that the error names', async () => {
  const { home, run, sandbox } = await signedInHome();
  const credentials = join(home.path, '.megallm/profiles/default/credentials');
  const env = { MEGALLM_API_KEY: sandbox.issueKey().key };
  rmSync(credentials);
  mkdirSync(credentials);
  const outcome = await run(['keys', 'create', '--activate', '--insecure-storage'], { env });
  const path = /\S+recovered-key-\w+/.exec(outcome.stderr)?.[0] ?? '';
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const saved = home
    .read('.megallm/recovered-key-'.concat(path.split('recovered-key-')[1] ?? ''))
    .toString()
    .trim();
  expect(sandbox.liveKeys().map(({ key }) => key)).toContain(saved);
  expect(outcome.exitCode).not.toBe(0);
});
