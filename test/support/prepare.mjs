/**
 * What a fresh clone needs before anything else runs: the dependencies and the build. Plain Node, since it must
 * run before there is a node_modules. `node test/support/prepare.mjs` does it by hand.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.mjs';
import { exclusively } from './exclusive.mjs';
import { isInstalled } from './installation.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** What the build reads: when any of it is newer than dist/, dist/ is built again. */
const buildInputs = ['src', 'bin', 'package.json', 'node_modules/.package-lock.json', '.config/build.mjs'];

const minutes = 60_000;

/**
 * Safe to call from several processes at once (`npm test` beside `npm run demo`): the first does the work.
 *
 * @param {{ root?: string, build?: boolean, say?: (line: string) => void }} [options]
 */
export async function prepare({ root = repository, build = true, say = sayOnStderr } = {}) {
  const isReady = () => hasDependencies(root) && (!build || isBuilt(root));
  if (isReady()) return;
  const onWait = () => say('Waiting for another process that prepares this folder …');
  await exclusively(
    join(root, '.prepare.lock'),
    async () => {
      if (!hasDependencies(root)) await installDependencies(root, say);
      if (build && !isBuilt(root)) await buildProgram(root, say);
    },
    { onWait },
  );
}

/** @param {string} root */
function hasDependencies(root) {
  const installed = readJson(join(root, 'node_modules/.package-lock.json'));
  return (
    installed !== undefined &&
    isInstalled(readJson(join(root, 'package-lock.json')) ?? {}, installed) &&
    // npm's own record outlives what it is about: a package may be gone, or the record be another folder's.
    Object.keys(installed.packages ?? {}).every((path) => existsSync(join(root, path)))
  );
}

/** @param {string} root */
function isBuilt(root) {
  const built = newestChange(join(root, 'dist'));
  return built > 0 && buildInputs.every((path) => newestChange(join(root, path)) <= built);
}

/**
 * @param {string} root
 * @param {(line: string) => void} say
 */
async function installDependencies(root, say) {
  say('Installing the dependencies (npm ci) …');
  const result = await npm(root, ['ci']);
  if (!result.problem) return;
  if (!/\bEUSAGE\b/.test(result.output)) throw new Error(`npm ci: ${result.problem}\n${result.output}`);
  // `npm ci` refuses a lock file that lacks so much as an optional package for another machine, as one does that
  // was made where the registry is a partial mirror. `npm install` keeps to the versions that are locked, too.
  say('package-lock.json is not complete, so: npm install …');
  const second = await npm(root, ['install', '--no-save']);
  if (second.problem) throw new Error(`npm install: ${second.problem}\n${second.output}`);
}

/**
 * @param {string} root
 * @param {readonly string[]} args
 */
function npm(root, args) {
  // Whatever the machine's npm is set to, the tests need the development dependencies.
  const all = [...args, '--include=dev', '--include=optional'];
  const options = { cwd: root, deadline: 15 * minutes };
  // The npm that runs us, where one does; otherwise the one on PATH, which on Windows is a script.
  const own = process.env.npm_execpath ?? '';
  if (basename(own) === 'npm-cli.js') return runCommand(process.execPath, [own, ...all], options);
  return runCommand('npm', all, { ...options, shell: process.platform === 'win32' });
}

/**
 * @param {string} root
 * @param {(line: string) => void} say
 */
async function buildProgram(root, say) {
  say('Building …');
  const result = await runCommand(process.execPath, ['.config/build.mjs'], {
    cwd: root,
    deadline: 5 * minutes,
  });
  if (!result.problem && newestChange(join(root, 'dist')) > 0) return;
  // Half a build must not pass for a whole one the next time.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  throw new Error(`The build failed: ${result.problem ?? 'it left no dist/'}\n${result.output}`);
}

/**
 * When a file or anything below a folder last changed, in ms; 0 when it is missing. Folders count themselves:
 * their time tells of a file that was removed.
 *
 * @param {string} path
 * @returns {number}
 */
function newestChange(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestChange(join(path, name))),
    stats.mtimeMs,
  );
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} line */
function sayOnStderr(line) {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await prepare();
  } catch (error) {
    sayOnStderr(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
