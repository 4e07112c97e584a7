import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { askProgram } from '../system/ask-program.ts';
import { readText, resolveTarget } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import type { Tool } from './integration.ts';

/** A tool as it is installed. */
export interface Installed {
  readonly path: string;
  readonly version: string | undefined;
}

/** Looks for the tool along the PATH; no shell is asked, and the program itself only where no file tells its version. */
export function findInstalled(
  { program, package: name }: Tool,
  machine: Pick<Machine, 'env' | 'home' | 'platform'>,
): Installed | undefined {
  const path = onPath(program, machine);
  if (path === undefined) return undefined;
  const version = versionBeside(path, name) ?? versionIn(askProgram(path, ['--version'], machine) ?? '');
  return { path, version };
}

function onPath(program: string, { env, platform }: Pick<Machine, 'env' | 'platform'>): string | undefined {
  const names = platform === 'win32' ? ['.exe', '.cmd'].map((ending) => program + ending) : [program];
  // A relative folder would be the working folder's, which may be anybody's.
  const folders = (env.PATH ?? env.Path ?? '')
    .split(delimiter)
    .filter((folder) => /^([/\\]|[A-Za-z]:)/.test(folder));
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** npm's packages say it in their package.json, the tool's own installer in the path. */
function versionBeside(path: string, name: string): string | undefined {
  const target = resolveTarget(path);
  const inPath = /[/\\]versions[/\\](\d+\.\d+\.\d+)/.exec(target)?.[1];
  if (inPath) return inPath;
  const folders = [join(dirname(path), 'node_modules', name), dirname(target), dirname(dirname(target))];
  for (const folder of folders) {
    const description = parsed(readText(join(folder, 'package.json')));
    if (description?.name === name) return versionIn(String(description.version));
  }
  return undefined;
}

function parsed(text: string | undefined): { name?: unknown; version?: unknown } | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function versionIn(text: string): string | undefined {
  return /\d+\.\d+\.\d+[\w.-]*/.exec(text)?.[0];
}
