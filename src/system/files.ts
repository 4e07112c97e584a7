import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { MegallmError, systemCode } from '../errors.ts';

export interface FileState {
  readonly bytes: Buffer;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * A regular file as it is now, through symbolic links; `undefined` when it is not there.
 * Throws a MegallmError for what cannot be read or is no regular file (a pipe would block, a device never ends).
 */
export function readFile(path: string): FileState | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileError('read', path, error);
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw notRegular(path);
    return { bytes: readFileSync(descriptor), mode: status.mode & 0o7777, uid: status.uid, gid: status.gid };
  } catch (error) {
    throw fileError('read', path, error);
  } finally {
    closeSync(descriptor);
  }
}

/** The permission bits of a file or folder; `undefined` when it is not there, or is a symbolic link. */
export function modeOf(path: string): number | undefined {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status === undefined || status.isSymbolicLink() ? undefined : status.mode & 0o7777;
}

/** Of the file or folder itself: a link that somebody has put in its place is not followed. */
export function changeMode(path: string, mode: number): void {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      fchmodSync(descriptor, mode);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw fileError('change the permissions of', path, error);
  }
}

/** The text of one of our own files; `undefined` when it is not there. */
export function readText(path: string): string | undefined {
  return readFile(path)?.bytes.toString('utf8');
}

/** Where writing to `path` really lands: the end of its chain of symbolic links, whether or not that file exists. */
export function resolveTarget(path: string, linksLeft = 40): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const isLoop = linksLeft === 0 || path === dirname(path);
    if (!isMissing(error) || isLoop) throw fileError('resolve', path, error);
  }
  const folder = resolveTarget(dirname(path), linksLeft);
  const link = linkAt(join(folder, basename(path)));
  if (link === undefined) return join(folder, basename(path));
  return resolveTarget(resolve(folder, link), linksLeft - 1);
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The folders that have to be made before `path` can be created, outermost first. */
export function missingFolders(path: string): string[] {
  const missing: string[] = [];
  for (let folder = dirname(path); !exists(folder) && folder !== dirname(folder); folder = dirname(folder)) {
    missing.unshift(folder);
  }
  return missing;
}

/** Throws a MegallmError where that cannot be told. */
export function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw fileError('read', path, error);
  }
}

export function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EISDIR: 'it is a folder',
  ENOENT: 'a part of the path is missing',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'its symbolic links form a loop',
  EBUSY: 'it is in use',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
};

/** A file-system error told in words, with the place; a MegallmError passes through. */
export function fileError(action: string, path: string, error: unknown): MegallmError {
  if (error instanceof MegallmError) return error;
  const code = systemCode(error);
  const reason = (code && reasons[code]) ?? (error instanceof Error ? error.message : String(error));
  return new MegallmError('failed', `Cannot ${action} ${path}: ${reason}.`, hintFor(code, path), {
    cause: error,
  });
}

function hintFor(code: string | undefined, path: string): string[] {
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return ['Free some space and run the command again; nothing was changed.'];
  if (code === 'EACCES' || code === 'EPERM')
    return [`Check who owns ${dirname(path)} and ${basename(path)} (ls -ld).`];
  if (code === 'EROFS') return ['Choose a place that can be written, or make this one writable.'];
  return [];
}

function notRegular(path: string): MegallmError {
  return new MegallmError(
    'refused',
    `${path} is not a regular file.`,
    'Name a regular file, or move this one away.',
  );
}
