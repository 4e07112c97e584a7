/**
 * Loaded into megallm by NODE_OPTIONS: ends it as SIGKILL does, always at the same place, so that a test can go through
 * all of them. KILL_BEFORE=N: before the Nth time that a file gets its new content, or goes, or that the keychain is
 * asked. Locks and the journal do not count: what they leave is another test's matter.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const last = Number(process.env.KILL_BEFORE);
let steps = 0;

/** @param {string} path */
function step(path) {
  if (/[/\\]\.megallm[/\\](journal|[a-z-]*lock)/.test(path) || !fs.existsSync(path)) return;
  count();
}

function count() {
  steps += 1;
  if (steps !== last) return;
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

const { renameSync, unlinkSync } = fs;
fs.renameSync = (from, to) => {
  step(String(from));
  renameSync(from, to);
};
fs.unlinkSync = (path) => {
  step(String(path));
  unlinkSync(path);
};

const { spawn } = childProcess;
childProcess.spawn = /** @type {typeof spawn} */ (
  (/** @type {Parameters<typeof spawn>} */ ...args) => {
    if (JSON.stringify(args[1]).includes('keychain-child')) count();
    return spawn(...args);
  }
);
syncBuiltinESMExports();
