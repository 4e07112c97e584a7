import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MegallmError, systemCode } from '../errors.ts';
import { fileError, isMissing, missingFolders, resolveTarget } from '../system/files.ts';

/** Where the new content of `path` stands until it is whole; `mark` tells the changes apart. */
export function temporaryPath(path: string, mark: string): string {
  const target = resolveTarget(path);
  return join(dirname(target), `.${basename(target)}.megallm-${mark}`);
}

/**
 * Puts `bytes` at `path` in one step: whoever reads it, and whatever stops us, sees the old content or the new one.
 * An existing file keeps its mode and owner; symbolic links are followed and stay.
 */
export function writeAtomically(path: string, bytes: Buffer, mode: number, mark: string): void {
  const temporary = temporaryPath(path, mark);
  try {
    makeFolders(path);
    writeWhole(temporary, bytes, mode, resolveTarget(path));
    rename(temporary, resolveTarget(path));
    syncFolder(dirname(temporary));
  } catch (error) {
    removeIfThere(temporary);
    throw fileError('write', path, error);
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

function keepOwner(descriptor: number, existing: { uid: number; gid: number }, target: string): void {
  if (process.getuid === undefined) return;
  if (existing.uid === process.getuid() && existing.gid === process.getgid?.()) return;
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

/** Removes the file at `path` (the end of its symbolic links), then those of `folders` that are empty. */
export function removeFile(path: string, folders: readonly string[]): void {
  const target = resolveTarget(path);
  try {
    unlinkSync(target);
    syncFolder(dirname(target));
  } catch (error) {
    if (!isMissing(error)) throw fileError('remove', path, error);
  }
  for (const folder of folders.toReversed()) removeIfEmpty(folder);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody keeps something there, or it is gone already: either way it is not ours to remove.
  }
}

export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isMissing(error)) throw fileError('remove', path, error);
  }
}

function makeFolders(path: string): void {
  for (const folder of missingFolders(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

/** Makes a rename last through a power cut; Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
