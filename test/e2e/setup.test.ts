import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';

const shell = { SHELL: '/bin/bash' };
const setup = ['setup', '--yes', '--insecure-storage', '--with-key'];

/** A program that looks as if the tool were installed; nothing here starts it. */
function pretendInstalled(home: Awaited<ReturnType<typeof freshHome>>['home'], program: string): string {
  home.write(`bin/${program}`, '#!/bin/sh\necho 2.1.330\n', 0o755);
  return `${join(home.path, 'bin')}:${process.env.PATH}`;
}

it('does everything with one command, and a second time nothing', async () => {
  const { home, key, run } = await freshHome();
  home.write('.bashrc', '# mine\n');
  const PATH = pretendInstalled(home, 'claude');
  const first = await run(setup, { stdin: key, env: { ...shell, PATH } });
  expect(first).toMatchObject({ exitCode: 0, stdout: '' });
  expect(first.stderr).toMatch(/bash +a new bash \(login, interactive\) sees the key/);
  expect(first.stderr).toMatch(/Claude Code +.* sees the key/);
  expect(first.stderr).not.toContain(key);
  const settings = JSON.parse(home.read('.claude/settings.json').toString());
  expect(settings.apiKeyHelper).toContain('key print');
  const before = home.snapshot();
  const again = await run(['setup', '--yes', '--json'], { env: { ...shell, PATH } });
  expect(JSON.parse(again.stdout)).toMatchObject({
    applied: false,
    changes: [],
    targets: ['bash', 'claude'],
  });
  expect(home.snapshot()).toEqual(before);
  const told = await run(setup, { stdin: key, env: { ...shell, PATH } });
  expect(told).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Nothing to change') });
  expect(home.snapshot()).toEqual(before);
});

it('is one change, which undo takes back', async () => {
  const { home, key, run } = await freshHome();
  home.write('.bashrc', '# mine\n');
  const before = home.snapshot();
  expect(await run([...setup, '--to', 'bash', '--to', 'dotenv'], { stdin: key })).toMatchObject({
    exitCode: 0,
  });
  expect(home.read('.env').toString()).toContain(key);
  const { exitCode, stderr } = await run(['undo']);
  // The key would be gone with it.
  expect([exitCode, stderr]).toEqual([7, expect.stringContaining('only copy')]);
  expect(await run(['undo', '1', '--dry-run'])).toMatchObject({ exitCode: 7 });
  expect(home.snapshot()).not.toEqual(before);
});

it.each([
  [['setup'], 2, 'say --yes'],
  [['setup', '--yes'], 3, '--with-key'],
  [['setup', '--yes', '--to', 'nowhere'], 3, '--with-key'],
])('%j without a terminal, a key and a yes ends with %i', async (args, exitCode, said) => {
  const { home, run } = await freshHome();
  expect(await run(args, { env: shell })).toMatchObject({ exitCode, stderr: expect.stringContaining(said) });
  expect([...home.snapshot().keys()]).toEqual(['.']);
});

it.each([
  [['--to', 'nowhere'], 'no backend'],
  [['--tool', 'nothing'], 'no tool'],
])('%j: nothing is changed', async (args, said) => {
  const { home, key, run } = await freshHome();
  const outcome = await run([...setup, ...args], { stdin: key, env: shell });
  expect(outcome).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(said) });
  expect([...home.snapshot().keys()]).toEqual(['.']);
});

it('takes a key that the service refuses from nobody', async () => {
  const { home, run } = await freshHome();
  const stdin = `sk-mega-${'0'.repeat(64)}`;
  expect(await run(setup, { stdin, env: shell })).toMatchObject({ exitCode: 4 });
  expect([...home.snapshot().keys()]).toEqual(['.']);
});

it('stores the key of the environment where no other is stored', async () => {
  const { home, key, run } = await freshHome();
  const args = ['setup', '--yes', '--insecure-storage', '--to', 'dotenv'];
  expect(await run(args, { env: { MEGALLM_API_KEY: key } })).toMatchObject({ exitCode: 0 });
  expect(home.read('.megallm/profiles/default/credentials').toString()).toBe(`${key}\n`);
});

it('goes on with the key that megallm 3.1.0 left, moved on a yes', async () => {
  const { home, key, run } = await freshHome();
  const auth = '.megallm/profiles/default/auth.json';
  home.write(auth, JSON.stringify({ apiKey: key, keyPrefix: key.slice(0, 16), scopes: [] }), 0o600);
  // Such a key was made for the usual address.
  const args = ['setup', '--yes', '--insecure-storage', '--to', 'dotenv', '--trust'];
  const outcome = await run(args, { env: shell });
  expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/Moved +sk-mega-/) });
  expect(home.read('.env').toString()).toContain(key);
  expect(home.read('.megallm/profiles/default/credentials').toString()).toBe(`${key}\n`);
  expect(home.snapshot().has(auth)).toBe(false);
});

it('a dry run needs no key, and changes nothing', async () => {
  const { home, run } = await freshHome();
  const outcome = await run(['setup', '--dry-run', '--insecure-storage', '--to', 'bash']);
  expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('# >>> megallm >>>') });
  expect([...home.snapshot().keys()]).toEqual(['.']);
});

describe('megallm.json', () => {
  it('is what the team wants, and flags outrank it', async () => {
    const { home, run } = await signedInHome();
    home.write('megallm.json', '{"backends":["dotenv"],"tools":[],"sdk":["openai"]}');
    expect(await run(['setup', '--yes'], { env: shell })).toMatchObject({ exitCode: 0 });
    expect(home.read('.env').toString()).toMatch(/^OPENAI_API_KEY=/m);
    expect(existsSync(join(home.path, '.bashrc'))).toBe(false);
    expect(await run(['setup', '--yes', '--to', 'bash'], { env: shell })).toMatchObject({ exitCode: 0 });
    expect(home.read('.bashrc').toString()).toContain('megallm');
  });

  it('has no key sent elsewhere: only a yes or --trust lets it', async () => {
    const { home, run, sandbox } = await signedInHome();
    const elsewhere = sandbox.url.replace('127.0.0.1', 'localhost');
    home.write(
      'megallm.json',
      JSON.stringify({ backends: ['dotenv'], tools: [], sdk: ['openai'], baseUrl: elsewhere }),
    );
    const before = home.snapshot();
    const refused = await run(['setup', '--yes']);
    expect(refused).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('--trust') });
    expect(home.snapshot()).toEqual(before);
    // The sandbox's own variables must not decide here.
    const env = { MEGALLM_BASE_URL: '', MEGALLM_WEB_URL: '' };
    expect(await run(['setup', '--yes', '--trust'], { env })).toMatchObject({ exitCode: 0 });
    expect(home.read('.env').toString()).toContain(`OPENAI_BASE_URL=${elsewhere}/v1`);
  });

  it.each([
    ['{"tools":', 1, 'not valid JSON'],
    ['{"tools":["claude"],"key":"x"}', 1, 'there is no "key"'],
    [`{"key":"sk-mega-${'a'.repeat(20)}"}`, 7, 'holds a key'],
  ])('%s: refused, and nothing changed', async (text, exitCode, said) => {
    const { home, run } = await signedInHome();
    home.write('megallm.json', text);
    const before = home.snapshot();
    expect(await run(['setup', '--yes'])).toMatchObject({ exitCode, stderr: expect.stringContaining(said) });
    expect(home.snapshot()).toEqual(before);
  });
});

describe('megallm alone', () => {
  it('shows help where nobody is', async () => {
    const { home, run } = await freshHome();
    const outcome = await run([]);
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Usage: megallm') });
    expect([...home.snapshot().keys()]).toEqual(['.']);
  });
});
