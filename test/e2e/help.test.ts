import { expect, it } from 'vitest';
import { megallm } from '../support/megallm.ts';
import { temporaryHome } from '../support/temporary-home.ts';

it('fits one screen: no line is cut at 80 columns, and every command is there', async () => {
  const { stdout, exitCode } = await megallm(['--help'], { home: temporaryHome() });
  const lines = stdout.trimEnd().split('\n');
  expect(exitCode).toBe(0);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length).toBeLessThanOrEqual(48);
  for (const command of ['login', 'env write|print|remove', 'run <command>', 'completion <shell>'])
    expect(stdout).toContain(`  ${command} `);
  expect(stdout).not.toContain('complete ');
});

it.each([
  [['wohami'], 'whoami'],
  [['env', 'wirte'], 'write'],
  [['whoami', '--jsno'], '--json'],
  [['env', 'write', '--fiel', 'x'], '--file'],
])('%j is asked whether %s was meant', async (args, meant) => {
  const outcome = await megallm(args, { home: temporaryHome() });
  expect(outcome).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(meant) });
});
