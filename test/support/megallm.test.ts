import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { megallm, startMegallm } from './megallm.ts';
import { temporaryHome } from './temporary-home.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

test('runs the built program to its end', async () => {
  const outcome = await megallm(['--version'], { home: temporaryHome() });
  expect(outcome).toEqual({ stdout: `${version}\n`, stderr: '', exitCode: 0, signal: null });
});

test('starts the built program, to be killed', async () => {
  const child = startMegallm(['--help'], { home: temporaryHome() });
  const ended = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
});
