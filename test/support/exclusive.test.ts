import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exclusively } from './exclusive.mjs';
import { runProgram } from './program.ts';
import { temporaryHome } from './temporary-home.ts';

const module = JSON.stringify(new URL('./exclusive.mjs', import.meta.url).href);

/** Adds one to a number in a file, slowly, which loses counts when two do it at once. */
const count = (die = '') => `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { exclusively } from ${module};
  await exclusively('lock', async () => {
    const before = Number(readFileSync('count', 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    ${die}
    writeFileSync('count', String(before + 1));
  });`;

test('processes take turns, also when some die with the lock in hand', async () => {
  const home = temporaryHome();
  home.write('count', '0');
  const scripts = Array.from({ length: 12 }, (_, index) =>
    count(index % 4 === 0 ? 'process.kill(process.pid, 9)' : ''),
  );
  const run = (script: string) =>
    runProgram(process.execPath, ['--input-type=module', '-e', script], { home });
  const outcomes = await Promise.all(scripts.map(run));
  expect(outcomes.filter(({ signal }) => signal === 'SIGKILL')).toHaveLength(3);
  expect(outcomes.filter(({ exitCode }) => exitCode === 0)).toHaveLength(9);
  // The last of them may have been one that died; then its lock is still there, for the next one to break.
  expect((await run(count())).exitCode).toBe(0);
  expect(home.read('count').toString()).toBe('10');
  expect(readdirSync(home.path)).toEqual(['count']);
});

test('the lock is released when the task fails', async () => {
  const lock = join(temporaryHome().path, 'lock');
  await expect(exclusively(lock, () => Promise.reject(new Error('crooked')))).rejects.toThrow('crooked');
  expect(existsSync(lock)).toBe(false);
});

test('a holder that has been silent for long is dead, whatever now has its pid', async () => {
  const home = temporaryHome();
  home.write('lock', `${process.pid} from-before-the-reboot`);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(join(home.path, 'lock'), longAgo, longAgo);
  expect(await exclusively(join(home.path, 'lock'), async () => 'mine')).toBe('mine');
});

test('whoever waits is told so once, and gives up in the end', async () => {
  const home = temporaryHome();
  home.write('lock', `${process.pid} alive`);
  const told: string[] = [];
  const wait = exclusively(join(home.path, 'lock'), async () => 'never', {
    patience: 300,
    onWait: () => told.push('waiting'),
  });
  await expect(wait).rejects.toThrow(`is held by process ${process.pid}`);
  expect(told).toEqual(['waiting']);
});
