import { join } from 'node:path';
import { askProgram } from '../../../system/ask-program.ts';
import { readFile } from '../../../system/files.ts';
import type { Machine } from '../../../system/machine.ts';
import { type NewShell, printPosix } from '../../../system/new-shell.ts';
import { readPosixScript } from '../scripts/posix/posix-script.ts';
import type { ShellDialect, StartupFiles } from './dialect.ts';
import { posix } from './posix.ts';

const interactive: NewShell = {
  kind: 'interactive',
  program: 'zsh',
  switches: ['-i', '-c'],
  print: printPosix,
  trace: { switches: ['-v'] },
};

export const zsh: ShellDialect = {
  ...posix,
  id: 'zsh',
  startupFiles: zshFiles,
  read: (text, names) => readPosixScript(text, 'zsh', names),
  provenBy: [interactive],
  examinedBy: [
    { ...interactive, kind: 'login', switches: ['-l', '-i', '-c'] },
    interactive,
    { kind: 'plain', program: 'zsh', switches: ['-c'], print: printPosix, informsOnly: true },
  ],
  restart: 'exec zsh',
};

/** An interactive zsh reads .zshrc in ZDOTDIR, which .zshenv in the home may set (zsh(1), STARTUP/SHUTDOWN FILES). */
function zshFiles(machine: Machine): StartupFiles {
  const main = join(machine.env.ZDOTDIR || zshFolder(machine) || machine.home, '.zshrc');
  return { main, blocked: [main], all: [main], candidates: [main] };
}

/** Only zsh can tell what its .zshenv comes to; it is asked only when that file is about it. */
function zshFolder(machine: Machine): string | undefined {
  if (!readFile(join(machine.home, '.zshenv'))?.bytes.includes('ZDOTDIR')) return undefined;
  return askProgram('zsh', ['-c', 'print -rn -- "$ZDOTDIR"'], machine) || undefined;
}
