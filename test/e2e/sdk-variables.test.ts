import { parse } from 'dotenv';
import { expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';

const all = ['--sdk', 'openai,anthropic'];

function expected(key: string, gateway: string) {
  return {
    MEGALLM_API_KEY: key,
    OPENAI_BASE_URL: `${gateway}/v1`,
    OPENAI_API_KEY: key,
    ANTHROPIC_BASE_URL: gateway,
    ANTHROPIC_API_KEY: key,
  };
}

it('writes what the SDKs look for, takes it out again, and undo brings the file back', async () => {
  const { home, key, run, sandbox } = await signedInHome();
  home.write('.env', 'A=1\n');
  expect(await run(['env', 'write', '--to', 'dotenv', ...all])).toMatchObject({ exitCode: 0 });
  expect(parse(home.read('.env'))).toEqual({ A: '1', ...expected(key, sandbox.url) });
  expect(await run(['doctor'])).toMatchObject({ exitCode: 0 });
  expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString()).toBe('A=1\n');
  expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
  expect(parse(home.read('.env'))).toEqual({ A: '1', ...expected(key, sandbox.url) });
});

it('leaves no old key in the variables of an SDK when the key is written again', async () => {
  const { home, run, sandbox } = await signedInHome();
  await run(['env', 'write', '--to', 'dotenv', ...all]);
  const next = sandbox.issueKey().key;
  await run(['login', '--with-key', '--insecure-storage'], { stdin: next });
  expect(await run(['env', 'write', '--to', 'dotenv'])).toMatchObject({ exitCode: 0 });
  expect(parse(home.read('.env'))).toEqual(expected(next, sandbox.url));
});

it('tells of a variable of an SDK that was changed, and asks before it replaces it', async () => {
  const { home, run, sandbox } = await signedInHome();
  await run(['env', 'write', '--to', 'dotenv', ...all]);
  const changed = home
    .read('.env')
    .toString()
    .replace(/OPENAI_BASE_URL=.*/, 'OPENAI_BASE_URL=http://own');
  home.write('.env', changed);
  expect(await run(['doctor'])).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('OPENAI_BASE_URL'),
  });
  expect(await run(['env', 'write', '--to', 'dotenv'])).toMatchObject({ exitCode: 7 });
  expect(await run(['logout', '--keep-key'])).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString()).toBe('OPENAI_BASE_URL=http://own\n');
  expect(sandbox.unknownRequests).toEqual([]);
});

it('does not touch a key of another service unasked', async () => {
  const { home, key, run } = await signedInHome();
  home.write('.env', 'OPENAI_API_KEY=sk-proj-own\n');
  expect(await run(['env', 'write', '--to', 'dotenv'])).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString()).toBe(`OPENAI_API_KEY=sk-proj-own\nMEGALLM_API_KEY=${key}\n`);
  const refused = await run(['env', 'write', '--to', 'dotenv', ...all]);
  expect(refused).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('OPENAI_API_KEY') });
  expect(refused.stderr).not.toContain('sk-proj-own');
  expect(await run(['env', 'write', '--to', 'dotenv', ...all, '--yes'])).toMatchObject({ exitCode: 0 });
  expect(parse(home.read('.env')).OPENAI_API_KEY).toBe(key);
  expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString()).toContain('OPENAI_API_KEY=sk-proj-own\n');
});

it('names the saved address, whatever the environment overrides', async () => {
  const { key, run, sandbox } = await signedInHome();
  const args = ['env', 'print', '--format', 'json', ...all];
  const env = { MEGALLM_BASE_URL: `${sandbox.url}/elsewhere` };
  expect(JSON.parse((await run(args, { env })).stdout)).toEqual(expected(key, sandbox.url));
  const hostile = { MEGALLM_BASE_URL: 'https://example.invalid' };
  expect(await run(args, { env: hostile })).toMatchObject({ stdout: '', exitCode: 7 });
});

it('refuses an SDK that there is not', async () => {
  const { home, run } = await signedInHome();
  const before = home.snapshot();
  expect(await run(['env', 'write', '--to', 'dotenv', '--sdk', 'opneai'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/opneai.*\n.*openai, anthropic, langchain/),
  });
  expect(home.snapshot()).toEqual(before);
});

describeWith(requirements.bash, 'a new bash', () => {
  it('sees the variables of the SDKs, and those that were written before stay', async () => {
    const { home, key, run, sandbox } = await signedInHome();
    await run(['env', 'write', '--to', 'bash', '--sdk', 'openai']);
    await run(['env', 'write', '--to', 'bash', '--sdk', 'anthropic']);
    const names = Object.keys(expected(key, ''));
    const script = names.map((name) => `echo "${name}=$${name}"`).join('; ');
    const { stdout } = await runProgram('bash', ['-lc', script], { home });
    expect(parse(stdout)).toEqual(expected(key, sandbox.url));
    await run(['logout', '--keep-key']);
    expect([...home.snapshot().keys()].filter((path) => /bash|profile$|env\.sh/.test(path))).toEqual([]);
  });
});
