import { join } from 'node:path';
import { exists } from '../../../system/files.ts';
import type { Machine } from '../../../system/machine.ts';
import { type NewShell, printPosix } from '../../../system/new-shell.ts';
import { readPosixScript } from '../scripts/posix/posix-script.ts';
import type { Read, ShellDialect, StartupFiles } from './dialect.ts';
import { posix } from './posix.ts';

const decisive: readonly NewShell[] = [
  { kind: 'login', program: 'bash', switches: ['-l', '-c'], print: printPosix, trace: { switches: ['-v'] } },
  {
    kind: 'interactive',
    program: 'bash',
    switches: ['-i', '-c'],
    print: printPosix,
    trace: { switches: ['-v'] },
  },
];

export const bash: ShellDialect = {
  ...posix,
  id: 'bash',
  startupFiles: bashFiles,
  read: (text, names) => readPosixScript(text, 'bash', names),
  provenBy: decisive,
  examinedBy: [
    ...decisive,
    { kind: 'plain', program: 'bash', switches: ['-c'], print: printPosix, informsOnly: true },
  ],
  restart: 'exec bash',
};

const loginNames = ['.bash_profile', '.bash_login', '.profile'];

/**
 * An interactive bash reads .bashrc; a login bash reads the first of three others that exists, which may pass on to
 * .bashrc (bash(1), INVOCATION). A new .bash_profile would hide a .profile, so the one that is made is .profile.
 */
function bashFiles({ home }: Machine, read: Read): StartupFiles {
  const main = join(home, '.bashrc');
  const login = loginNames.map((name) => join(home, name)).find(exists) ?? join(home, '.profile');
  const blocked = passesOn(login, home, read) ? [main] : [main, login];
  const candidates = [main, ...loginNames.map((name) => join(home, name))];
  return { main, blocked, all: [main, login], candidates };
}

/** By what a startup file asks whether its shell is interactive: what comes after it may not be for every login shell. */
const asksWhoIsThere = /\$\{?-|\bPS1\b|\btty\b|-t +[012]/;

/** Somebody has switched the line off. */
const neverGoesOn = /(?:^|[\s;])false\s*&&\s*$/;

/** Whether reading `login` comes to read .bashrc too, itself or through another of the login files. */
function passesOn(login: string, home: string, read: Read, seen: readonly string[] = []): boolean {
  const text = read(login);
  const asks = asksWhoIsThere.exec(text)?.index ?? text.length;
  return readPosixScript(text, 'bash').statements.some((statement) => {
    if (statement.start > asks) return false;
    if (statement.kind !== 'source' || statement.context === 'function' || statement.context === 'subshell')
      return false;
    if (neverGoesOn.test(text.slice(Math.max(0, statement.start - 40), statement.start))) return false;
    const name = /(?:^|\/)(\.bashrc|\.bash_profile|\.bash_login|\.profile)$/.exec(statement.path)?.[1];
    if (name === undefined || seen.includes(name)) return false;
    return name === '.bashrc' || passesOn(join(home, name), home, read, [...seen, name]);
  });
}
