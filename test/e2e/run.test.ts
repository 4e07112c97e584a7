import { expect, it } from 'vitest';
import { megallmBin, startMegallm } from '../support/megallm.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';

const printAll = 'console.log(JSON.stringify({ env: process.env, argv: process.argv.slice(1) }))';
const node = (script: string) => ['run', '--', process.execPath, '-e', script];

it('gives the key to the command alone, and nothing of its own to stdout', async () => {
  const { key, run, home } = await signedInHome();
  const before = home.snapshot();
  const outcome = await run([...node(printAll), 'a b', '--json', '--', '-p']);
  expect(outcome).toMatchObject({ stderr: '', exitCode: 0 });
  const { env, argv } = JSON.parse(outcome.stdout);
  expect(env.MEGALLM_API_KEY).toBe(key);
  expect(argv).toEqual(['a b', '--json', '--', '-p']);
  expect(Object.keys(env).filter((name) => /OPENAI|ANTHROPIC/.test(name))).toEqual([]);
  expect(home.snapshot()).toEqual(before);
});

it('gives the SDKs their variables, for the saved address whatever the environment says', async () => {
  const { key, run, sandbox } = await signedInHome();
  const args = ['run', '--sdk', 'anthropic', '--sdk', 'langchain', process.execPath, '-e', printAll];
  const env = { OPENAI_API_KEY: 'sk-other', MEGALLM_BASE_URL: `${sandbox.url}/elsewhere` };
  expect(JSON.parse((await run(args, { env })).stdout).env).toMatchObject({
    MEGALLM_API_KEY: key,
    OPENAI_API_KEY: key,
    OPENAI_BASE_URL: `${sandbox.url}/v1`,
    ANTHROPIC_API_KEY: key,
    ANTHROPIC_BASE_URL: sandbox.url,
  });
  const hostile = await run(args, { env: { MEGALLM_BASE_URL: 'https://example.invalid' } });
  expect(hostile).toMatchObject({ stdout: '', exitCode: 7 });
});

it('replaces a key in the environment that is not the active one', async () => {
  const { key, run, sandbox } = await signedInHome();
  const env = { MEGALLM_API_KEY: sandbox.issueKey().key };
  const script = 'process.stdout.write(process.env.MEGALLM_API_KEY)';
  expect((await run(['--profile', 'default', ...node(script)], { env })).stdout).toBe(key);
  expect((await run(node(script), { env })).stdout).toBe(env.MEGALLM_API_KEY);
});

it('passes what is piped through, and ends with the exit code of the command', async () => {
  const { run } = await signedInHome();
  const script = 'process.stdin.pipe(process.stdout); process.stderr.write("talk"); process.exitCode = 42';
  expect(await run(node(script), { stdin: 'bytes\0é' })).toEqual({
    stdout: 'bytes\0é',
    stderr: 'talk',
    exitCode: 42,
    signal: null,
  });
});

it.each(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGPIPE', 'SIGUSR1'])(
  'ends by %s when the command did',
  async (signal) => {
    const { run } = await signedInHome();
    expect(await run(['run', '--', 'sh', '-c', `kill -${signal.slice(3)} $$`])).toEqual({
      stdout: '',
      stderr: '',
      exitCode: null,
      signal,
    });
  },
);

it('hands on signals that only megallm was sent', async () => {
  const { home, sandbox } = await signedInHome();
  const script = `const names = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2', 'SIGCONT'];
    for (const name of names) process.on(name, () => console.log(name));
    process.on('SIGUSR1', () => process.exit(9)); setTimeout(() => {}, 60_000); console.log('ready')`;
  const child = startMegallm(node(script), { home, env: { ...sandbox.environment } });
  const lines: string[] = [];
  const signals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2', 'SIGCONT', 'SIGUSR1'] as const;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    lines.push(text.trim());
    child.kill(signals[lines.length - 1]);
  });
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  expect(lines).toEqual(['ready', ...signals.slice(0, -1)]);
  expect(exitCode).toBe(9);
});

it.each([
  ['no-such-command', 127],
  ['./not-executable', 126],
  ['/', 126],
])('ends as a shell does when %s cannot be run', async (command, exitCode) => {
  const { home, key, run } = await signedInHome();
  home.write('not-executable', '#!/bin/sh\n');
  const outcome = await run(['run', '--', command, key]);
  expect(outcome).toMatchObject({ stdout: '', stderr: expect.stringContaining(command), exitCode });
  expect(outcome.stderr).not.toContain(key);
});

it.each([
  [['run'], 2],
  [['run', '--sdk', 'nope', '--', 'true'], 2],
  [['run', '--nope', '--', 'true'], 2],
  [['run', '--profile', 'nobody', '--', 'true'], 3],
])('%j runs nothing, and ends with %i', async (args, exitCode) => {
  const { run } = await signedInHome();
  expect(await run(args)).toMatchObject({ stdout: '', stderr: expect.stringMatching(/→/), exitCode });
});

it('only tells on a dry run', async () => {
  const { key, run } = await signedInHome();
  const outcome = await run(['run', '--dry-run', '--json', '--sdk', 'openai', '--', 'sh', '-c', 'echo no']);
  expect(JSON.parse(outcome.stdout)).toEqual({
    command: ['sh', '-c', 'echo no'],
    variables: ['MEGALLM_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_API_KEY'],
    profile: 'default',
    source: 'file',
  });
  expect(outcome.stdout).not.toContain(key);
});

it('lets a gigabyte through', async () => {
  const { home, sandbox } = await signedInHome();
  const script = 'head -c 1073741824 /dev/zero | "$@" run -- cat | wc -c';
  const args = ['-c', script, 'sh', process.execPath, megallmBin];
  const outcome = await runProgram('sh', args, { home, env: { ...sandbox.environment }, timeout: 60_000 });
  expect(outcome).toMatchObject({ stdout: expect.stringMatching(/^ *1073741824\n$/), stderr: '' });
});

describeWith(requirements.pidNamespace, 'as the first process of a container, run', () => {
  it('hands on signals, and ends with the code that shells give', async () => {
    const { home, sandbox } = await signedInHome();
    const inside = ['--pid', '--fork', '--mount-proc', process.execPath, megallmBin, 'run', '--'];
    const script = 'trap "exit 3" TERM; kill -TERM 1; while :; do sleep 0.05; done';
    const env = { ...sandbox.environment };
    expect(await runProgram('unshare', [...inside, 'sh', '-c', script], { home, env })).toMatchObject({
      exitCode: 3,
    });
    expect(await runProgram('unshare', [...inside, 'sh', '-c', 'kill $$'], { home, env })).toMatchObject({
      exitCode: 143,
    });
  });
});
