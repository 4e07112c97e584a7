import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder touches its lock this often; one that has not for `silence` is dead, whatever now has its pid. */
const heartbeat = 1_000;
const silence = 30_000;

/**
 * Runs `task` while no other process runs one under the same lock file. The lock of a dead process is broken.
 *
 * @template T
 * @param {string} lock path of the lock file; its folder exists
 * @param {() => Promise<T>} task
 * @param {{ patience?: number, onWait?: () => void }} [options] patience in ms
 * @returns {Promise<T>}
 */
export async function exclusively(lock, task, { patience = 15 * 60_000, onWait } = {}) {
  const owner = `${process.pid} ${randomUUID()}`;
  const givenUp = Date.now() + patience;
  let waited = false;
  while (!take(lock, owner)) {
    if (Date.now() > givenUp) throw new Error(`${lock} is held by process ${read(lock)?.split(' ')[0]}.`);
    if (!waited) onWait?.();
    waited = true;
    breakIfDead(lock);
    await sleep(100);
  }
  const release = () => {
    if (read(lock) === owner) rmSync(lock, { force: true });
  };
  const pulse = setInterval(() => touch(lock), heartbeat);
  pulse.unref();
  process.once('exit', release);
  try {
    return await task();
  } finally {
    clearInterval(pulse);
    process.off('exit', release);
    release();
  }
}

/**
 * A link, since unlike a file opened with `wx` it never exists without its content.
 *
 * @param {string} lock
 * @param {string} owner
 */
function take(lock, owner) {
  const own = `${lock}.${process.pid}`;
  try {
    writeFileSync(own, owner);
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** @param {string} lock */
function breakIfDead(lock) {
  const owner = read(lock);
  if (owner === undefined || isAlive(lock, owner)) return;
  const grave = `${lock}.${process.pid}`;
  try {
    renameSync(lock, grave);
    // Between our look and our rename another process may have broken it and taken it: then it gets it back.
    if (read(grave) !== owner) linkSync(grave, lock);
  } catch {
    // Another process broke it first.
  } finally {
    rmSync(grave, { force: true });
  }
}

/**
 * @param {string} lock
 * @param {string} owner
 */
function isAlive(lock, owner) {
  try {
    if (Date.now() - statSync(lock).mtimeMs > silence) return false;
    process.kill(Number(owner.split(' ')[0]), 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {string} lock */
function touch(lock) {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // Gone with the folder that it stood in: the task will say so.
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
