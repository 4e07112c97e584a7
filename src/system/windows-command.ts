import { statSync } from 'node:fs';
import { win32 } from 'node:path';
import { MegallmError } from '../errors.ts';
import type { Variables } from './machine.ts';

/** How to start a program on Windows. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are a command line that is quoted already. */
  readonly verbatim: boolean;
}

/**
 * Finds a program as a Windows shell does, by PATH and PATHEXT, but never in the working folder unless the name says
 * so: that could be anybody's. Batch files need cmd.exe, which takes its command line apart in ways of its own.
 */
export function commandLineOnWindows(
  program: string,
  args: readonly string[],
  env: Variables,
  cwd: string,
  isFile = isFileThere,
): CommandLine {
  const found = findProgram(program, env, cwd, isFile);
  if (found === undefined) {
    throw new MegallmError('not-found', `There is no command ${JSON.stringify(program)}.`, [
      'Check its name, and that its folder is in PATH.',
    ]);
  }
  if (/\.(exe|com)$/i.test(found)) return { file: found, args, verbatim: false };
  if (!/\.(cmd|bat)$/i.test(found)) {
    throw new MegallmError('not-executable', `${found} is no program.`, [
      'Run what interprets it, with the file as its argument.',
    ]);
  }
  // /d: no AutoRun commands. /e:ON: command extensions, which `quoteForBatch` relies on. /v:OFF: `!` means nothing.
  const line = [`"${found}"`, ...args.map(quoteForBatch)].join(' ');
  const shell = lookUp(env, 'ComSpec') ?? 'cmd.exe';
  return { file: shell, args: ['/d', '/e:ON', '/v:OFF', '/c', `"${line}"`], verbatim: true };
}

function findProgram(
  program: string,
  env: Variables,
  cwd: string,
  isFile: (path: string) => boolean,
): string | undefined {
  const extensions = (lookUp(env, 'PATHEXT') || '.com;.exe;.bat;.cmd')
    .toLowerCase()
    .split(';')
    .filter(Boolean);
  const hasOne = extensions.some((extension) => program.toLowerCase().endsWith(extension));
  const names = [...(hasOne ? [program] : []), ...extensions.map((extension) => program + extension)];
  const folders = /[\\/:]/.test(program)
    ? [cwd]
    : (lookUp(env, 'PATH') ?? '').split(';').map((folder) => folder.replaceAll('"', ''));
  return folders
    .filter(Boolean)
    .flatMap((folder) => names.map((name) => win32.resolve(cwd, folder, name)))
    .find(isFile);
}

/** Names of variables are the same in any case there. */
function lookUp(env: Variables, name: string): string | undefined {
  const found = Object.keys(env).find((known) => known.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : env[found];
}

/**
 * An argument for a batch file, which cmd.exe reads: in quotes unless it is plain, quotes doubled, and no `%` that could
 * name a variable: `%cd:~,%` is always empty. Throws `usage` for line breaks, which no quoting carries.
 */
export function quoteForBatch(argument: string): string {
  if (/[\r\n\0]/.test(argument)) {
    throw new MegallmError('usage', 'An argument for a batch file cannot hold a line break.', [
      'Run the program that the batch file starts, not the batch file.',
    ]);
  }
  if (/^[\w#$*+\-./:?@\\\u00a0-\uffff]*[\w#$*+\-./:?@\u00a0-\uffff]$/.test(argument)) return argument;
  const quoted = argument
    .replace(/(\\*)"/g, '$1$1""')
    .replace(/\\+$/, '$&$&')
    .replaceAll('%', '%%cd:~,%');
  return `"${quoted}"`;
}

function isFileThere(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
