/**
 * Behind `npm test`: makes a fresh clone ready, runs every test, and closes with what was skipped and the counts.
 * Arguments go to vitest: file filters, `-t NAME`, `--reporter=verbose` …
 *
 * Vitest runs as a child, so that the closing line is the last one and is printed even if vitest crashes.
 */
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closingLines } from './support/closing-lines.mjs';
import { endWithUs } from './support/command.mjs';
import { testEnvironment } from './support/environment.mjs';
import { prepare } from './support/prepare.mjs';
import { installSystemPackages } from './support/system-packages.mjs';

/** @typedef {import('./support/closing-lines.mjs').Summary} Summary */

const root = fileURLToPath(new URL('..', import.meta.url));

/** Below the 90 minutes after which CI ends everything, the closing line included. */
const deadline = 75 * 60_000;

/** @type {Summary} */
const nothing = { passed: 0, failed: 0, skipped: 0, skippedGroups: [] };

/** @returns {Promise<{ summary: Summary, problems: string[] }>} */
async function runTests() {
  try {
    await prepare();
  } catch (error) {
    return { summary: nothing, problems: [error instanceof Error ? error.message : String(error)] };
  }
  await installSystemPackages();

  const { home, temporary } = makeFolders();
  const { summary, problem } = await runVitest(testEnvironment(process.env, { home, temporary }));
  const problems = problem ? [problem] : [];
  const strays = readdirSync(home);
  if (strays.length > 0) problems.push(`a test wrote into the home of the user: ${strays.join(', ')}`);
  if (summary.passed + summary.failed + problems.length === 0) problems.push('no test ran');
  return { summary, problems };
}

/** For all that tests leave behind, too, when they are killed: one folder, gone when we are. */
function makeFolders() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'megallm-tests-')));
  process.once('exit', () => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      process.stderr.write(`${folder} could not be removed: ${error}\n`);
    }
  });
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
  mkdirSync(home);
  mkdirSync(temporary);
  return { home, temporary };
}

/**
 * @param {Record<string, string>} env
 * @returns {Promise<{ summary: Summary, problem?: string }>}
 */
function runVitest(env) {
  const given = process.argv.slice(2);
  const reporters = given.some((argument) => argument.startsWith('--reporter')) ? [] : ['--reporter=default'];
  // Vitest colours what goes to a file, too.
  const colour = process.stdout.isTTY ? [] : ['--no-color'];
  const args = ['run', '--config=.config/vitest.config.ts', ...colour, ...reporters];
  args.push('--reporter=./test/support/closing-summary.ts', ...given);
  return new Promise((resolve) => {
    const vitest = fork(join(root, 'node_modules/vitest/vitest.mjs'), args, {
      cwd: root,
      env,
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    endWithUs(vitest);
    let summary = nothing;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      vitest.kill('SIGKILL');
    }, deadline);
    vitest.on('message', (message) => {
      summary = /** @type {Summary} */ (message);
    });
    vitest.on('close', (code, signal) => {
      clearTimeout(timer);
      if (late) resolve({ summary, problem: `the tests were not done after ${deadline / 60_000} minutes` });
      else if (code === 0 || (code === 1 && summary.failed > 0)) resolve({ summary });
      else resolve({ summary, problem: `vitest ended with ${signal ?? code}` });
    });
  });
}

// Leaving by process.exit runs the exit handlers, which end vitest and remove the home.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

const { summary, problems } = await runTests();
process.stdout.write(`\n${closingLines(summary, problems).join('\n')}\n`);
process.exitCode = summary.failed + problems.length > 0 ? 1 : 0;
