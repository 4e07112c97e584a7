import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { MegallmError, systemCode } from '../errors.ts';
import { exists, fileError, isMissing, missingFolders, resolveTarget } from '../system/files.ts';

/**
 * Where the new content of `path` stands until it is whole; `mark` tells the changes apart. The name is short, since
 * that of `path` may be as long as names can be, and begins as most .gitignore files know it.
 */
function temporaryPath(target: string, mark: string): string {
  return join(dirname(target), `.env.megallm-${mark}`);
}

/**
 * Puts `bytes` at `path` in one step: whoever reads it, and whatever stops us, sees the old content or the new one.
 * An existing file keeps its mode and owner; symbolic links are followed and stay.
 */
export function writeAtomically(path: string, bytes: Buffer, mode: number, mark: string): void {
  const target = resolveTarget(path);
  const temporary = temporaryPath(target, mark);
  const folders = missingFolders(target);
  try {
    makeFolders(folders);
    writeWhole(temporary, bytes, mode, target);
    rename(temporary, target);
  } catch (error) {
    removeQuietly(temporary);
    removeIfEmpty(folders);
    throw fileError('write', path, error);
  }
  syncFolder(dirname(target));
}

/** Removes what a process that was killed has left of a write; where that cannot be done, nothing can be written. */
export function removeTemporary(path: string, mark: string): void {
  try {
    removeQuietly(temporaryPath(resolveTarget(path), mark));
  } catch {
    // Its links lead nowhere by now.
  }
}

function writeWhole(temporary: string, bytes: Buffer, mode: number, target: string): void {
  const existing = statSync(target, { throwIfNoEntry: false });
  removeIfThere(temporary);
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(descriptor, bytes);
    if (existing) keepOwner(descriptor, existing, target);
    if (process.platform !== 'win32') fchmodSync(descriptor, existing ? existing.mode & 0o7777 : mode);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The group of a new file may be its folder's, not ours, so the file itself is asked. */
function keepOwner(descriptor: number, existing: { uid: number; gid: number }, target: string): void {
  const { uid, gid } = fstatSync(descriptor);
  if (existing.uid === uid && existing.gid === gid) return;
  try {
    fchownSync(descriptor, existing.uid, existing.gid);
  } catch (error) {
    throw new MegallmError(
      'refused',
      `${target} belongs to another user or group, and a new version of it would not.`,
      'Run the command as its owner, or change the file by hand.',
      { cause: error },
    );
  }
}

/** Windows refuses to replace a file that another program has open; most let go within moments. */
function rename(from: string, to: string): void {
  for (let attempt = 0; ; attempt += 1) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const code = systemCode(error);
      const busy =
        process.platform === 'win32' && (code === 'EPERM' || code === 'EACCES' || code === 'EBUSY');
      if (!busy || attempt === 20) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * (attempt + 1));
    }
  }
}

/**
 * Removes the file at `path` (the end of its symbolic links), then those of `folders` that are empty. The result is the
 * folder that it was in: `makeRemovalsLast` takes the folders of many removals together.
 */
export function removeFile(path: string, folders: readonly string[]): string {
  const target = resolveTarget(path);
  removeIfThere(target);
  removeIfEmpty(folders);
  return dirname(target);
}

/**
 * Makes removals from these folders last through a power cut: each folder once, or the one that it was removed from,
 * since a thousand syncs take seconds. File systems keep the order of such steps, so that what is written after a
 * removal never lasts without it.
 */
export function makeRemovalsLast(folders: Iterable<string>): void {
  const remaining = [...folders].map((folder) => {
    const [outermost] = exists(folder) ? [] : missingFolders(join(folder, 'file'));
    return outermost === undefined ? folder : dirname(outermost);
  });
  for (const folder of new Set(remaining)) syncFolder(folder);
}

export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isMissing(error)) throw fileError('remove', path, error);
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is not there, or it cannot be removed: whoever calls has a better error to tell.
  }
}

function removeIfEmpty(folders: readonly string[]): void {
  for (const folder of folders.toReversed()) {
    try {
      rmdirSync(folder);
    } catch {
      // Somebody keeps something there, or it is gone already: either way it is not ours to remove.
    }
  }
}

/** Removes the folder and those in it, however deep, that hold nothing but such folders. Links are not followed. */
export function removeEmptyFolders(folder: string): void {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  }
  removeIfEmpty([folder]);
}

/** `folders`: outermost first. They are there to stay through a power cut, so that what is put into them does. */
export function makeFolders(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      // Not `recursive`, which reports a missing path where the file system is read-only.
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      // Another megallm may have been faster; a link that leads nowhere is no folder.
      if (systemCode(error) !== 'EEXIST' || !exists(folder)) throw fileError('make', folder, error);
    }
    syncFolder(dirname(folder));
  }
}

/** Makes a rename last through a power cut, where the system can: Windows cannot, nor can every file system. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (systemCode(error) === 'EIO') throw fileError('write', folder, error);
  }
}
