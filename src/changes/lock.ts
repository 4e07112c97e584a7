import {
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MegallmError, systemCode } from '../errors.ts';
import { fileError, missingFolders } from '../system/files.ts';
import { formatIdentity, isAlive, ownIdentity, parseIdentity } from '../system/process-identity.ts';
import { makeFolders, removeIfThere } from './atomic-file.ts';

const waitMs = 30_000;
/** No change takes nearly this long, so a lock whose owner cannot be asked (another container) is dead by then. */
const silentAfterMs = 5 * 60_000;

/**
 * Runs `body` while no other process is inside the lock at `path`.
 *
 * The lock is a symbolic link that points at its owner's identity: made in one step together with its content, so that
 * nobody ever sees a lock without an owner. A dead owner's lock is taken away at once, under a lock of its own that is
 * named after that owner: only one process can be inside, and the dead owner's identity never comes back, so a lock
 * that somebody has taken in the meantime is never the one that is removed.
 */
export async function withLock<T>(path: string, body: () => T | Promise<T>): Promise<T> {
  const owner = formatIdentity(await ownIdentity());
  await acquire(path, owner, Date.now() + waitMs);
  try {
    return await body();
  } finally {
    releaseQuietly(path, owner);
  }
}

/** What is done is done: a lock that cannot be removed is a dead owner's in a moment, and the next one takes it away. */
function releaseQuietly(path: string, owner: string): void {
  try {
    release(path, owner);
  } catch {
    // As above.
  }
}

/** Whoever died in the middle of a takeover left a lock that, now that we hold the one at `path`, guards nothing. */
export function removeStaleTakeovers(path: string): void {
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(`${basename(path)}.`)) removeIfThere(join(dirname(path), name));
  }
}

function release(path: string, owner: string): void {
  if (readHolder(path) === owner) unlinkSync(path);
}

async function acquire(path: string, owner: string, deadline: number): Promise<void> {
  while (!take(path, owner)) {
    const holder = readHolder(path);
    if (holder !== undefined && (await isAbandoned(path, holder))) await removeLockOf(holder, path);
    else if (Date.now() > deadline) throw stillHeld(path, holder);
    else await sleep(5 + Math.random() * 20);
  }
}

/** Named by the short part of the identity that is unique: whoever dies here leaves a lock that is named after both. */
async function removeLockOf(holder: string, path: string): Promise<void> {
  await withLock(`${path}.${parseIdentity(holder)?.nonce ?? 'unknown'}`, () => {
    release(path, holder);
  });
}

function take(path: string, owner: string): boolean {
  try {
    symlinkSync(owner, path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return false;
    if (code === 'ENOENT') return takeInNewFolder(path);
    // Windows without the privilege to make links, and file systems that have none.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return takeAsFile(path, owner);
    throw fileError('lock', path, error);
  }
  // Wine says that it has made a link, and has not.
  return readHolder(path) === owner || takeAsFile(path, owner);
}

function takeAsFile(path: string, owner: string): boolean {
  try {
    writeFileSync(path, owner, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return false;
    if (code === 'ENOENT') return takeInNewFolder(path);
    throw fileError('lock', path, error);
  }
}

/** The folder alone: the next attempt takes the lock. */
function takeInNewFolder(path: string): false {
  makeFolders(missingFolders(path));
  return false;
}

/** The owner as written in the lock; `undefined` when the lock is gone. */
function readHolder(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'EINVAL' || code === 'UNKNOWN') return readHolderFile(path);
    throw fileError('read', path, error);
  }
}

function readHolderFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileError('read', path, error);
  }
}

async function isAbandoned(path: string, holder: string): Promise<boolean> {
  const identity = parseIdentity(holder);
  const alive = identity === undefined ? undefined : await isAlive(identity);
  return alive === undefined ? ageMs(path) > silentAfterMs : !alive;
}

function ageMs(path: string): number {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status === undefined ? 0 : Date.now() - status.mtimeMs;
}

function stillHeld(path: string, holder = ''): MegallmError {
  const pid = parseIdentity(holder)?.pid;
  const who = pid === undefined ? 'Another process' : `Another megallm (process ${pid})`;
  return new MegallmError('failed', `${who} has been changing things for ${waitMs / 1000} s.`, [
    'Wait for it to end, or end it, and run the command again.',
    `If it is gone for certain, delete ${path}.`,
  ]);
}
