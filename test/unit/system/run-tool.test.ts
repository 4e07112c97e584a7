import { expect, it } from 'vitest';
import { runTool } from '../../../src/system/run-tool.ts';

const node = (script: string, rest: { stdin?: string; deadlineMs?: number } = {}) =>
  runTool({ program: process.execPath, args: ['-e', script], deadlineMs: 20_000, ...rest });

it('gives stdin to the tool, and its output and exit code back', async () => {
  const echo = 'process.stdin.pipe(process.stdout).on("close", () => {}); process.exitCode = 3';
  expect(await node(echo, { stdin: 'é "quoted" %PATH%\n' })).toEqual({
    kind: 'ended',
    exitCode: 3,
    stdout: Buffer.from('é "quoted" %PATH%\n'),
  });
});

it('hands over arguments as they are, and nothing of the environment', async () => {
  const script = 'console.log(JSON.stringify([process.argv.slice(1), process.env.HOME ?? null]))';
  const args = ['-e', script, '--', 'a b', '"', '\\', '%PATH%', '$HOME', ''];
  const outcome = await runTool({ program: process.execPath, args, deadlineMs: 20_000 });
  expect(JSON.parse('stdout' in outcome ? String(outcome.stdout) : '')).toEqual([args.slice(3), null]);
});

it('a tool that is not there, one that never ends, and one that a signal ends', async () => {
  const nowhere = { program: '/nowhere/reg.exe', args: [], deadlineMs: 20_000 };
  expect(await runTool(nowhere)).toEqual({ kind: 'missing' });
  expect(await node('setInterval(() => {}, 1000)', { deadlineMs: 200 })).toEqual({ kind: 'timeout' });
  expect(await node('process.kill(process.pid, "SIGKILL")')).toMatchObject({ kind: 'ended', exitCode: 1 });
});
