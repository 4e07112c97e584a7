import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Outcome } from '../support/program.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { type Entry, temporaryHome } from '../support/temporary-home.ts';
import { patience, scale } from './scale.ts';
import { tally } from './tally.ts';

const preload = new URL('../support/disturbed.mjs', import.meta.url).href;
const files = ['.env', '.bashrc', '.profile', '.claude/settings.json'];
const write = ['env', 'write', '--to', 'dotenv', '--to', 'bash'];
const link = ['link', 'claude', '--plain-key'];
// Every tenth step in `npm test`, each one in `npm run test:trust`.
const stride = Math.max(1, Math.round(10 / scale));

const commands: readonly [command: string[], before: string[][]][] = [
  [write, []],
  [['env', 'remove'], [write]],
  [['undo'], [write]],
  [link, []],
  [['logout'], [write, link]],
];

/** A home to which one command can be done again and again, each time with something else going wrong. */
async function repeatable(earlier: readonly string[][]) {
  const situation = await signedInHome();
  const { home, run } = situation;
  home.write('.bashrc', '# mine\nA=1');
  home.write('.profile', '. ~/.bashrc\n', 0o600);
  home.write('.claude/settings.json', '{"theme": "dark"}\n', 0o600);
  for (const command of earlier) expect(await run(command)).toMatchObject({ exitCode: 0 });
  const kept = temporaryHome();
  cpSync(home.path, kept.path, { recursive: true, verbatimSymlinks: true });
  return {
    ...situation,
    restore() {
      for (const name of readdirSync(home.path)) rmSync(join(home.path, name), { recursive: true });
      cpSync(kept.path, home.path, { recursive: true, verbatimSymlinks: true });
    },
    disturbed: (command: readonly string[], disturbance: string): Promise<Outcome> =>
      run(command, { env: { NODE_OPTIONS: `--import=${preload}`, DISTURB: disturbance } }),
  };
}

const theirs = (snapshot: Map<string, Entry>) =>
  files.map((path) => [path, snapshot.get(path)] as const).filter(([, entry]) => entry !== undefined);
const leftovers = (snapshot: Map<string, Entry>) =>
  [...snapshot.keys()].filter((path) => /\.megallm-|\block\b/.test(path));

it.each(commands)(
  '%j after %j, stopped at its steps: every file is whole, and again ends it',
  {
    timeout: patience,
  },
  async (command, earlier) => {
    const { home, run, restore, disturbed } = await repeatable(earlier);
    const before = home.snapshot();
    expect(await run(command)).toMatchObject({ exitCode: 0 });
    const after = home.snapshot();
    let step = 1;
    for (; ; step += stride) {
      restore();
      const outcome = await disturbed(command, `${(step / stride) % 2 < 1 ? 'half' : 'kill'}:${step}`);
      if (outcome.exitCode === 0) break;
      expect(outcome.signal, outcome.stderr).toBe('SIGKILL');
      const now = home.snapshot();
      for (const path of files)
        expect([before.get(path), after.get(path)], path).toContainEqual(now.get(path));
      expect(await run(command)).toMatchObject({ signal: null });
      expect(leftovers(home.snapshot())).toEqual([]);
      // An undo that is stopped before it forgets its change has nothing left to take back.
      expect(theirs(home.snapshot())).toEqual(theirs(after));
      tally('a kill at each step', { cases: 1, faults: 1 });
    }
    // Fewer would mean that the disturbance does not reach megallm.
    expect(step).toBeGreaterThan(10);
  },
);

const errors = ['ENOSPC', 'EDQUOT', 'EIO', 'EACCES', 'EROFS'];
const told = /disk is full|quota is used up|disk reports an error|permission denied|read-only/;

it.each(commands)(
  '%j after %j, where one of its steps fails: a typed error, and all of it is taken back',
  {
    timeout: patience,
  },
  async (command, earlier) => {
    const { home, run, restore, disturbed } = await repeatable(earlier);
    const before = home.snapshot();
    expect(await run(command)).toMatchObject({ exitCode: 0 });
    const after = home.snapshot();
    let failed = 0;
    for (let step = 1; ; step += stride) {
      restore();
      // Beyond the last step nothing fails; a kill there tells, since an error may be one that does not matter.
      if ((await disturbed(command, `kill:${step}`)).signal === null) break;
      restore();
      const code = errors[Math.floor(step / stride) % errors.length];
      const outcome = await disturbed([...command, '--json'], `${code}:${step}`);
      const now = home.snapshot();
      const place = `${code} at step ${step}: ${outcome.stdout}${outcome.stderr}`;
      // The lock of a process that is gone is taken away by the next one.
      expect(
        leftovers(now).filter((path) => path !== '.megallm/lock'),
        place,
      ).toEqual([]);
      if (outcome.exitCode === 0) expect(theirs(now), place).toEqual(theirs(after));
      else {
        failed += 1;
        expect(outcome.exitCode, place).toBe(1);
        expect(JSON.parse(outcome.stdout).error.message, place).toMatch(told);
        // What logout cannot forget in the end, its journal, it tells of when all else is done.
        const allowed = command[0] === 'logout' ? [theirs(before), theirs(after)] : [theirs(before)];
        expect(allowed, place).toContainEqual(theirs(now));
      }
      tally('a fault of the disk at each step', {
        cases: 1,
        faults: 1,
        refused: outcome.exitCode === 0 ? 0 : 1,
      });
    }
    expect(failed).toBeGreaterThan(0);
  },
);
