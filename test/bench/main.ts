/**
 * `npm run bench`: how fast and how big megallm is, beside 3.1.0 and others. `--write` puts the tables into README.md;
 * `--guard` takes a few minutes less, and fails where a row is far beyond its goal.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureGrowth } from './measure-growth.ts';
import { measureInstallation } from './measure-installation.ts';
import { measureRows } from './measure-rows.ts';
import { rows } from './rows.ts';
import { openSituation, type Situation } from './situation.ts';
import { drawResults, misses, withResults } from './table.ts';

const readme = fileURLToPath(new URL('../../README.md', import.meta.url));
const { values: flags } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    guard: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '15' },
  },
});
const say = (line: string) => void process.stderr.write(`${line}\n`);

async function measure(at: Situation, rounds: number): Promise<void> {
  for (const [what, reason] of Object.entries(at.missing)) say(`Without ${what}: ${reason}`);
  const figures = await measureRows(
    at,
    rounds,
    () => true,
    (round) => say(`Round ${round} of ${rounds} …`),
  );
  say('What npx installs …');
  const installation = await measureInstallation(rounds);
  if (typeof installation === 'string') say(`Without a registry: ${installation}`);
  else for (const [row, own] of installation) figures.set(row, own);
  const growth = await measureGrowth(at, 3, (what) => say(`${what} …`));
  const machine = `${cpus()[0]?.model.trim() || process.arch}, Node ${process.versions.node}`;
  const tables = drawResults({ machine, rounds, figures, growth });
  process.stdout.write(tables);
  if (flags.write) writeFileSync(readme, withResults(readFileSync(readme, 'utf8'), tables));
}

/** A busy machine makes any figure bad once, hardly twice. */
async function guard(at: Situation): Promise<void> {
  let suspects = rows.filter(({ guarded }) => guarded);
  let reasons: string[] = [];
  for (let attempt = 0; attempt < 2 && suspects.length > 0; attempt += 1) {
    const figures = await measureRows(
      at,
      5,
      (row) => suspects.includes(row),
      () => undefined,
    );
    suspects = suspects.filter((row) => misses(figures, [row], 1.5).length > 0);
    reasons = misses(figures, suspects, 1.5);
  }
  for (const reason of reasons) say(reason);
  if (reasons.length > 0) process.exitCode = 1;
  else say('No row is far beyond its goal.');
}

const situation = await openSituation(say);
try {
  await (flags.guard ? guard(situation) : measure(situation, Number(flags.rounds)));
} finally {
  await situation.close();
}
