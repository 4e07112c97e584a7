import { join } from 'node:path';
import { askProgram } from '../../system/ask-program.ts';
import { exists, readFile } from '../../system/files.ts';
import type { Machine } from '../../system/machine.ts';
import { readShellScript } from './shell-script/shell-script.ts';

export interface StartupFiles {
  /** The file of interactive shells: it stands for the shell as a location. */
  readonly main: string;
  /** The files that need our block so that every new shell meets it. */
  readonly blocked: readonly string[];
  /** The files that new shells read, in which an assignment of the user's would count. */
  readonly all: readonly string[];
  /** Every file that may ever have got a block. */
  readonly candidates: readonly string[];
}

export type Read = (path: string) => string;

const bashLoginNames = ['.bash_profile', '.bash_login', '.profile'];

/**
 * An interactive bash reads .bashrc; a login bash reads the first of three others that exists, which may pass on to
 * .bashrc (bash(1), INVOCATION). A new .bash_profile would hide a .profile, so the one that is made is .profile.
 */
export function bashFiles(home: string, read: Read): StartupFiles {
  const main = join(home, '.bashrc');
  const login = bashLoginNames.map((name) => join(home, name)).find(exists) ?? join(home, '.profile');
  const blocked = passesOn(login, home, read) ? [main] : [main, login];
  const candidates = [main, ...bashLoginNames.map((name) => join(home, name))];
  return { main, blocked, all: [main, login], candidates };
}

/** Whether reading `login` comes to read .bashrc too, itself or through another of the login files. */
function passesOn(login: string, home: string, read: Read, seen: readonly string[] = []): boolean {
  return readShellScript(read(login), 'bash').statements.some((statement) => {
    if (statement.kind !== 'source' || statement.context === 'function' || statement.context === 'subshell')
      return false;
    const name = /(?:^|\/)(\.bashrc|\.bash_profile|\.bash_login|\.profile)$/.exec(statement.path)?.[1];
    if (name === undefined || seen.includes(name)) return false;
    return name === '.bashrc' || passesOn(join(home, name), home, read, [...seen, name]);
  });
}

/** An interactive zsh reads .zshrc in ZDOTDIR, which .zshenv in the home may set (zsh(1), STARTUP/SHUTDOWN FILES). */
export function zshFiles(machine: Machine): StartupFiles {
  const main = join(machine.env.ZDOTDIR || zshFolder(machine) || machine.home, '.zshrc');
  return { main, blocked: [main], all: [main], candidates: [main] };
}

/** Only zsh can tell what its .zshenv comes to; it is asked only when that file is about it. */
function zshFolder(machine: Machine): string | undefined {
  if (!readFile(join(machine.home, '.zshenv'))?.bytes.includes('ZDOTDIR')) return undefined;
  return askProgram('zsh', ['-c', 'print -rn -- "$ZDOTDIR"'], machine) || undefined;
}
