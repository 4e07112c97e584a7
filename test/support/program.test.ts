import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from './program.ts';
import { temporaryHome } from './temporary-home.ts';

const node = (script: string, options: Partial<Parameters<typeof runProgram>[2]> = {}) =>
  runProgram(process.execPath, ['-e', script], { home: temporaryHome(), ...options });

test('a program gives its output, its errors and its exit code', async () => {
  const outcome = await node('console.log("data"); console.error("talk"); process.exitCode = 7');
  expect(outcome).toEqual({ stdout: 'data\n', stderr: 'talk\n', exitCode: 7, signal: null });
});

test('a program sees HOME, PATH and what it is given, and works in its home', async () => {
  const home = temporaryHome();
  const script = 'console.log(JSON.stringify({ ...process.env, cwd: process.cwd() }))';
  const { stdout } = await node(script, { home, env: { GIVEN: 'yes' } });
  const seen = JSON.parse(stdout);
  expect(seen).toEqual({
    HOME: home.path,
    PATH: process.env.PATH,
    MEGALLM_NO_UPDATE_NOTICE: '1',
    GIVEN: 'yes',
    cwd: home.path,
  });
});

test('stdin is what is given, else empty and at its end', async () => {
  const script = 'process.stdin.pipe(process.stdout)';
  expect((await node(script, { stdin: 'ünïcode\0' })).stdout).toBe('ünïcode\0');
  expect((await node(script)).stdout).toBe('');
});

test('a program that does not read its stdin is no error', async () => {
  expect((await node('process.exit(0)', { stdin: 'x'.repeat(1_000_000) })).exitCode).toBe(0);
});

test('a program that a signal ends gives the signal', async () => {
  expect(await node('process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 9e3)')).toMatchObject({
    exitCode: null,
    signal: 'SIGTERM',
  });
});

test('a program that hangs is killed, with all that it started, and fails the test', async () => {
  const home = temporaryHome();
  const grandchild = 'setTimeout(() => require("fs").writeFileSync("alive", ""), 1500)';
  const script = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}],
    { stdio: 'inherit' }); console.log('waiting'); setTimeout(() => {}, 60_000)`;
  await expect(node(script, { home, timeout: 700 })).rejects.toThrow(/still ran after 700 ms.*waiting/s);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(existsSync(join(home.path, 'alive'))).toBe(false);
});

test('a program that leaves another one behind, holding its output, fails the test', async () => {
  const script = `require('child_process').spawn('sleep', ['30'], { stdio: 'inherit' }).unref()`;
  await expect(node(script, { timeout: 1500 })).rejects.toThrow('something it started still ran');
});

test('a program that does not exist fails the test', async () => {
  await expect(runProgram('/no/such/program', [], { home: temporaryHome() })).rejects.toThrow('ENOENT');
});
