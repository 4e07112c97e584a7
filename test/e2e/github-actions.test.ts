import { join } from 'node:path';
import { expect, it } from 'vitest';
import { logOf, variablesOf } from '../support/github-runner.ts';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';

async function step() {
  const situation = await signedInHome();
  const { home } = situation;
  home.write('file_commands/set_env', '');
  const env = { GITHUB_ENV: join(home.path, 'file_commands/set_env'), GITHUB_ACTIONS: 'true', CI: 'true' };
  return { ...situation, env, set: () => home.read('file_commands/set_env').toString() };
}

it('has the value masked before it is written, and the runner reads it', async () => {
  const { env, key, run, sandbox, set } = await step();
  const { stdout, exitCode } = await run(['env', 'write', '--to', 'github', '--sdk', 'openai'], { env });
  expect({ stdout, exitCode }).toEqual({ stdout: `::add-mask::${key}\n`, exitCode: 0 });
  expect(variablesOf(set())).toEqual({
    MEGALLM_API_KEY: key,
    OPENAI_BASE_URL: `${sandbox.url}/v1`,
    OPENAI_API_KEY: key,
  });
  const delimiters = set().match(/<<(.*)/g) ?? [];
  expect(new Set(delimiters).size).toBe(3);
  expect(await run(['doctor'], { env })).toMatchObject({ exitCode: 0 });
});

it('with --json says it on stderr', async () => {
  const { env, key, run } = await step();
  const { stdout, stderr } = await run(['env', 'write', '--to', 'github', '--json'], { env });
  expect(stderr).toBe(`::add-mask::${key}\n`);
  expect(JSON.parse(stdout)).toMatchObject({ applied: true });
  expect(stdout).not.toContain(key);
});

it('goes behind what is there, and out again', async () => {
  const { env, home, key, run, set } = await step();
  home.write('file_commands/set_env', 'MEGALLM_API_KEY=other\nA<<E\nx\nE');
  await run(['env', 'write', '--to', 'github'], { env });
  expect(variablesOf(`${set()}B=2\n`)).toEqual({ MEGALLM_API_KEY: key, A: 'x', B: '2' });
  expect(await run(['undo'], { env })).toMatchObject({ exitCode: 0 });
  expect(set()).toBe('MEGALLM_API_KEY=other\nA<<E\nx\nE');
  await run(['env', 'write', '--to', 'github'], { env });
  expect(await run(['env', 'remove', '--to', 'github'], { env })).toMatchObject({ exitCode: 0 });
  expect(variablesOf(set())).toEqual({ MEGALLM_API_KEY: 'other', A: 'x' });
});

it('shows nothing and writes nothing on a dry run', async () => {
  const { env, home, key, run } = await step();
  const before = home.snapshot();
  const outcome = await run(['env', 'write', '--to', 'github', '--dry-run'], { env });
  expect(outcome.exitCode).toBe(0);
  expect(outcome.stdout + outcome.stderr).not.toContain(key);
  expect(home.snapshot()).toEqual(before);
});

it('forgets the files of steps that are over', async () => {
  const { env, home, run } = await step();
  await run(['env', 'write', '--to', 'github'], { env });
  home.write('file_commands/next', '');
  await import('node:fs').then(({ rmSync }) => rmSync(env.GITHUB_ENV));
  expect(await run(['doctor'], { env })).toMatchObject({ exitCode: 0 });
  const next = { ...env, GITHUB_ENV: join(home.path, 'file_commands/next') };
  await run(['env', 'write', '--to', 'github'], { env: next });
  const { locations } = JSON.parse(home.read('.megallm/profiles/default/profile.json').toString());
  expect(locations.map(({ path }: { path: string }) => path)).toEqual([next.GITHUB_ENV]);
});

it('is refused where there is no such file to write to', async () => {
  const { home, key } = await signedInHome();
  const { run } = await freshHome();
  expect(await run(['env', 'write', '--to', 'github'], { env: { MEGALLM_API_KEY: key } })).toMatchObject({
    exitCode: 7,
    stderr: expect.stringContaining('GITHUB_ENV'),
  });
  expect([...home.snapshot().keys()]).not.toContain('undefined');
});

it('what env print --format github prints can go there by hand, with the value masked in the log', async () => {
  const { env, key, run } = await step();
  const { stdout, stderr } = await run(['env', 'print', '--format', 'github'], { env });
  expect(variablesOf(stdout)).toEqual({ MEGALLM_API_KEY: key });
  expect(logOf(`${stderr}\n${stdout}`)).not.toContain(key);
});
