/** Behind `npm run check`: all that can be told without running the program, side by side. */
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.mjs';
import { prepare } from './prepare.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const deadline = 5 * 60_000;

const checks = [
  { title: 'types', args: ['typescript/bin/tsc', '--project', '.'] },
  {
    title: 'lint and format',
    args: ['@biomejs/biome/bin/biome', 'ci', '--colors=off', '--error-on-warnings'],
  },
  { title: 'dead code', args: ['knip/bin/knip.js', '--no-progress'] },
  {
    title: 'architecture',
    args: [
      'vitest/vitest.mjs',
      'run',
      '--config=.config/vitest.config.ts',
      '--no-color',
      'test/architecture.test.ts',
    ],
  },
];

/** @param {typeof checks[number]} check */
async function run({ title, args: [program, ...args] }) {
  const started = Date.now();
  const result = await runCommand(process.execPath, [`node_modules/${program}`, ...args], {
    cwd: root,
    deadline,
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${result.problem ? 'FAIL' : 'ok  '} ${title} (${seconds} s)\n`);
  return { title, ...result };
}

try {
  await prepare({ build: false });
  const failed = (await Promise.all(checks.map(run))).filter(({ problem }) => problem);
  for (const { title, problem, output } of failed) process.stdout.write(`\n${title}: ${problem}\n${output}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
