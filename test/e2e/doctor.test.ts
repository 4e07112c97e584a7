import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { secureServerAt, servedAt } from '../faults/addresses.ts';
import { faults } from '../sandbox/faults.ts';
import { selfSigned } from '../support/certificate.ts';
import type { Outcome } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';

/** Each check's status, by its id. */
function statuses({ stdout }: Outcome): Record<string, string> {
  const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string }[] };
  return Object.fromEntries(checks.map(({ id, status }) => [id, status]));
}

it('without a key one check says so, and the rest is left out', async () => {
  const { home, run, sandbox } = await freshHome();
  const outcome = await run(['doctor', '--json']);
  expect(outcome).toMatchObject({ exitCode: 3, stderr: '' });
  expect(statuses(outcome)).toEqual({
    runtime: 'pass',
    storage: 'skip',
    permissions: 'skip',
    'active-key': 'fail',
    elsewhere: 'skip',
    network: 'skip',
    'web-app': 'skip',
    bearer: 'skip',
    'x-api-key': 'skip',
    models: 'skip',
    organisation: 'skip',
    scopes: 'skip',
    expiry: 'skip',
    'new-shells': 'skip',
    'startup-files': 'skip',
    'dotenv-git': 'skip',
    'own-lines': 'pass',
  });
  expect(sandbox.requests).toEqual([]);
  expect([...home.snapshot().keys()]).toEqual(['.']);
});

it('--offline sends nothing', async () => {
  const { run, sandbox } = await signedInHome();
  const before = sandbox.requests.length;
  const outcome = await run(['doctor', '--offline', '--json']);
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  expect(Object.keys(statuses(outcome))).not.toContain('bearer');
  expect(sandbox.requests).toHaveLength(before);
});

it('asks the service everything at once: no request waits for the answer to another', async () => {
  const { home, run, sandbox } = await signedInHome();
  // A second place of a tool has the same endpoint.
  home.write('project/.keep', '');
  await run(['link', 'claude', '--project'], { cwd: join(home.path, 'project') });
  for (const tool of ['claude', 'codex', 'opencode']) await run(['link', tool]);
  const before = sandbox.requests.length;
  expect((await run(['doctor'])).exitCode).toBe(0);
  const count = sandbox.requests.length - before;
  // The verification, the organisations, the keys of ours and all keys, and the endpoint of each tool.
  expect(count).toBe(5 + 1 + 2 + 3);
  sandbox.setFault(faults.gathered(count));
  expect((await run(['doctor'])).exitCode).toBe(0);
});

it('what reaches no service says so once', async () => {
  const { run } = await signedInHome();
  await run(['link', 'codex']);
  const env = { HTTP_PROXY: 'http://127.0.0.1:1' };
  const outcome = await run(['doctor', '--json'], { env });
  expect(outcome.exitCode).toBe(5);
  expect(Object.entries(statuses(outcome)).filter(([, status]) => status === 'fail')).toEqual([
    ['network', 'fail'],
  ]);
});

it('names an authority that only this machine trusts', async () => {
  const healthy = await signedInHome();
  const certificate = selfSigned();
  healthy.home.write('ca.pem', certificate.cert);
  const { env } = servedAt(healthy, { gateway: await secureServerAt(certificate, healthy.sandbox.url) });
  const trusting = { ...env, SSL_CERT_FILE: join(healthy.home.path, 'ca.pem') };
  const { exitCode, stdout } = await healthy.run(['doctor'], { env: trusting });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /Network +direct · DNS \d+ ms · TCP \d+ ms · TLS \d+ ms, certificate by "megallm test", which this machine was told to trust · clock right/,
  );
});

it('a key of the environment is no member of the organisation that the profile remembers', async () => {
  const { run, sandbox } = await signedInHome();
  const { key } = sandbox.issueKey({ org: 'org_globex' });
  const outcome = await run(['doctor'], { env: { MEGALLM_API_KEY: key } });
  expect(outcome.stdout).toMatch(/Organisation +Globex\n/);
});

it('a key that may not list keys is told so, and nothing fails', async () => {
  const { run, sandbox } = await freshHome();
  const { key } = sandbox.issueKey({ scopes: ['api:use'] });
  const outcome = await run(['doctor', '--json'], { env: { MEGALLM_API_KEY: key } });
  expect(outcome.exitCode).toBe(0);
  expect(statuses(outcome)).toMatchObject({
    bearer: 'pass',
    organisation: 'skip',
    scopes: 'pass',
    expiry: 'skip',
  });
});

it('--verbose shows what the service says of the authentication, without the key', async () => {
  const { key, run, sandbox } = await signedInHome();
  sandbox.setFault('echo');
  const outcome = await run(['doctor', '--verbose']);
  expect(outcome.stdout).toContain('x-debug-auth-method: bearer');
  expect(outcome.stdout).toMatch(/x-auth-key: sk-mega-\w{4}…\w{4}/);
  expect(outcome.stdout).not.toContain(key);
});

it('an x-api-key that is refused while Bearer passes is a warning', async () => {
  const { run, sandbox } = await signedInHome();
  sandbox.acceptsApiKeyHeader = false;
  const outcome = await run(['doctor', '--json']);
  expect(outcome.exitCode).toBe(0);
  expect(statuses(outcome)).toMatchObject({ bearer: 'pass', 'x-api-key': 'warn' });
});

it('copes with more places than one has fingers, and says nothing on stderr', async () => {
  const { run } = await signedInHome();
  const files = Array.from({ length: 12 }, (_, index) => `${index}.env`);
  for (const file of files) await run(['env', 'write', '--to', 'dotenv', '--file', file]);
  expect(await run(['doctor'])).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout: expect.stringContaining('11.env'),
  });
});

describe('a place', () => {
  const place = async (
    prepare: (situation: Awaited<ReturnType<typeof signedInHome>>) => Promise<unknown>,
  ) => {
    const situation = await signedInHome();
    await situation.run(['env', 'write', '--to', 'dotenv']);
    await prepare(situation);
    const outcome = await situation.run(['doctor', '--json']);
    const { checks } = JSON.parse(outcome.stdout) as {
      checks: { id: string; status: string; next?: string[] }[];
    };
    const found = checks.find(({ id }) => id.startsWith('location:dotenv:') && id.endsWith('.env'));
    return { ...found, exitCode: outcome.exitCode, path: join(situation.home.path, '.env') };
  };
  const login = ['login', '--with-key', '--insecure-storage'];

  it('with a key that was replaced fails, and the command to paste mends it', async () => {
    const { run, sandbox, home } = await signedInHome();
    await run(['env', 'write', '--to', 'dotenv', '--file', 'a b.env']);
    const key = sandbox.issueKey().key;
    await run(login, { stdin: key });
    const outcome = await run(['doctor', '--json']);
    expect(outcome.exitCode).toBe(1);
    const { checks } = JSON.parse(outcome.stdout);
    const command = checks.find(({ status }: { status: string }) => status === 'fail').next[0];
    expect(command).toBe(`megallm env write --to dotenv --file '${join(home.path, 'a b.env')}'`);
    await run(['env', 'write', '--to', 'dotenv', '--file', join(home.path, 'a b.env')]);
    expect(home.read('a b.env').toString()).toContain(key);
    expect((await run(['doctor'])).exitCode).toBe(0);
  });

  it('with somebody else’s key fails', async () => {
    const found = await place(async ({ home }) =>
      home.write('.env', `MEGALLM_API_KEY=sk-mega-${'9'.repeat(64)}\n`),
    );
    expect(found).toMatchObject({ status: 'fail', exitCode: 1 });
  });

  it('with the key that was made for it passes', async () => {
    const found = await place(async ({ home, run }) => {
      rmSync(join(home.path, '.env'));
      await run(['keys', 'create', '--to', 'dotenv']);
    });
    expect(found).toMatchObject({ status: 'pass', exitCode: 0 });
  });

  it('with no key any more is a warning', async () => {
    const found = await place(async ({ home }) => rmSync(join(home.path, '.env')));
    expect(found).toMatchObject({ status: 'warn', exitCode: 0 });
    expect(found.next?.[0]).toBe(`megallm env write --to dotenv --file ${found.path}`);
  });

  it('that is no file any more fails, and the others are checked', async () => {
    const found = await place(async ({ home }) => {
      rmSync(join(home.path, '.env'));
      mkdirSync(join(home.path, '.env'));
    });
    expect(found).toMatchObject({ status: 'fail', exitCode: 7 });
  });
});

it('a .env that megallm has nothing to do with cannot fail it', async () => {
  const { home, run } = await signedInHome();
  for (const content of [
    Buffer.from('\ufeffMEGALLM_API_KEY=x', 'utf16le'),
    Buffer.from('MEGALLM_API_KEY="'),
  ]) {
    home.write('.env', content);
    expect(await run(['doctor'])).toMatchObject({ exitCode: 0 });
  }
  home.write('.env', `MEGALLM_API_KEY=sk-mega-${'9'.repeat(64)}\n`);
  const outcome = await run(['doctor', '--json']);
  expect(outcome.exitCode).toBe(0);
  expect(statuses(outcome)).toMatchObject({ elsewhere: 'warn' });
});

it('what others can read fails, and the command to paste mends it', async () => {
  const { home, run } = await signedInHome();
  const credentials = join(home.path, '.megallm/profiles/default/credentials');
  chmodSync(credentials, 0o644);
  const outcome = await run(['doctor', '--json']);
  expect(outcome.exitCode).toBe(1);
  expect(statuses(outcome)).toMatchObject({ permissions: 'fail' });
  expect(outcome.stdout).toContain(`chmod -R go= ${join(home.path, '.megallm')}`);
});

describeWith(requirements.git, 'a .env that Git tracks', () => {
  it('is let go of by the command to paste, whatever its folder and its name', async () => {
    const { home, run } = await signedInHome();
    const cwd = join(home.path, 'it’s "wörk" $HOME');
    mkdirSync(cwd);
    const shell = (command: string) =>
      execFileSync('sh', ['-c', command], { cwd, env: { ...process.env, HOME: home.path } }).toString();
    shell('git init --quiet');
    await run(['env', 'write', '--to', 'dotenv', '--file', '#1 [ü].env'], { cwd });
    shell('git add .');
    const found = async () => {
      const { stdout } = await run(['doctor', '--json', '--offline'], { cwd });
      const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string; next?: string[] }[] };
      return checks.find(({ id }) => id === 'dotenv-git');
    };
    const before = await found();
    expect(before?.status).toBe('fail');
    shell(before?.next?.[0] ?? '');
    expect(await found()).toMatchObject({ status: 'pass' });
  });
});

it('commands to paste name the profile that was asked for', async () => {
  const { run, sandbox } = await signedInHome();
  const options = { stdin: sandbox.issueKey().key };
  await run(['login', '--with-key', '--insecure-storage', '--profile', 'work'], options);
  await run(['profile', 'use', 'default']);
  const outcome = await run(['doctor', '--offline', '--profile', 'work']);
  expect(outcome.stdout).toContain('→ megallm login --profile work   (where a keychain is available)');
});
