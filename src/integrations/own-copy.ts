import { readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Draft } from '../changes/draft.ts';
import { MegallmError } from '../errors.ts';
import { exists, fileError, isMissing, readFile, readText, resolveTarget } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import { isNewer } from '../update-record.ts';
import { launchedVersion, launcherText } from './launcher.ts';
import { launcherPath, type OwnProgram } from './own-command.ts';

/**
 * Plans a copy of this megallm below its own folder, with what reads the keychain, and what starts it. A newer copy that
 * is there already stays. Throws `refused` where megallm does not run from a package.
 */
export function planOwnCopy(draft: Draft, { node, script }: OwnProgram, machine: Machine): void {
  const bin = resolveTarget(script);
  const root = dirname(dirname(bin));
  const version = versionOf(root);
  const launcher = launcherPath(machine);
  const there = versionThere(machine);
  if (there !== undefined && isNewer(there, version)) return;
  const lib = libOf(machine);
  const copy = join(lib, version);
  for (const name of ['package.json', 'bin', 'dist'])
    copyTree(draft, join(root, name), join(copy, name), copy);
  for (const folder of bindings(root))
    copyTree(draft, folder, join(copy, 'node_modules', '@napi-rs', basename(folder)), copy);
  for (const old of foldersIn(lib)) {
    // What the launcher has started until now may still run.
    if (old !== version && old !== there) removeTree(draft, join(lib, old), []);
  }
  const launched = { version, node, script: join(copy, 'bin', basename(bin)) };
  draft.writeProgram(launcher, Buffer.from(launcherText(launched, machine)), 0o700, launcher);
}

/** Plans to remove the copies, and what starts them. */
export function planOwnCopyRemoval(draft: Draft, machine: Pick<Machine, 'folder' | 'platform'>): void {
  const launcher = launcherPath(machine);
  if (exists(launcher)) draft.removeProgram(launcher, [dirname(launcher)], launcher);
  const lib = libOf(machine);
  for (const version of foldersIn(lib)) removeTree(draft, join(lib, version), [lib]);
}

/** The version that the launcher starts; `undefined` where there is none. */
export function versionThere(machine: Pick<Machine, 'folder' | 'platform'>): string | undefined {
  return launchedVersion(readText(launcherPath(machine)) ?? '');
}

function libOf({ folder }: Pick<Machine, 'folder'>): string {
  return join(folder, 'lib');
}

function versionOf(root: string): string {
  const description = readText(join(root, 'package.json'));
  const { name, version } = description === undefined ? {} : JSON.parse(description);
  if (name === 'megallm' && typeof version === 'string') return version;
  throw new MegallmError(
    'refused',
    'megallm runs from a temporary folder that holds no package of it, so no tool could ask it for the key tomorrow.',
    [
      'npm install --global megallm   (and link again)',
      'or let the tool hold the key itself: add --plain-key',
    ],
  );
}

/** The packages that read the keychain, beside ours or above: there are none where the machine has no binding. */
function bindings(root: string): string[] {
  for (let folder = root; ; folder = dirname(folder)) {
    const loader = join(folder, 'node_modules', '@napi-rs', 'keyring');
    if (exists(loader)) {
      // pnpm's links lead to where the one for this machine is.
      const scope = dirname(resolveTarget(loader));
      const names = readdirSync(scope).filter((name) => /^keyring(-|$)/.test(name));
      return names.map((name) => join(scope, name));
    }
    if (folder === dirname(folder)) return [];
  }
}

function copyTree(draft: Draft, from: string, to: string, partOf: string): void {
  for (const file of filesIn(from)) {
    const state = readFile(file);
    if (state) draft.writeProgram(join(to, relative(from, file)), state.bytes, 0o600, partOf);
  }
}

function removeTree(draft: Draft, folder: string, above: readonly string[]): void {
  const files = filesIn(folder);
  const inside = [...new Set(files.flatMap((file) => foldersBetween(folder, file)))].sort();
  for (const file of files) draft.removeProgram(file, [...above, ...inside], folder);
}

function foldersBetween(top: string, file: string): string[] {
  const folder = dirname(file);
  return folder === top ? [top] : [...foldersBetween(top, folder), folder];
}

/** The file itself, or all below the folder; links only at the top, as package managers make them. */
function filesIn(path: string): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [path];
    throw fileError('read', path, error);
  }
}

function foldersIn(path: string): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileError('read', path, error);
  }
}
