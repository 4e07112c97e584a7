import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Machine, Variables } from './machine.ts';

const deadlineMs = 10_000;
/** In characters: no startup file has that much to say. */
const mostPrinted = 1_000_000;

/** A kind of shell that a person or a program opens, and how it is started to run a script and no more. */
export interface NewShell {
  /** What tells it from others of its program. */
  readonly kind?: string;
  readonly program: string;
  /** What stands before the script. */
  readonly switches: readonly string[];
  /** A command that prints a plain text, and behind it the value of a variable; no newline. */
  print(text: string, variable?: string): string;
  /** Variables that it is given beside those of the user. */
  environment?(machine: Machine): Variables;
}

/** What the shells descended from sh, and fish, print with. */
export function printPosix(text: string, variable?: string): string {
  return `printf '%s' "${text}${variable === undefined ? '' : `$${variable}`}"`;
}

/** What stays of our environment: a new terminal would not have the variables that this process was given. */
const inherited = [
  'HOME',
  'PATH',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'ZDOTDIR',
  'XDG_CONFIG_HOME',
  'TMPDIR',
  // Without these Windows starts nothing.
  'APPDATA',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATHEXT',
  'ProgramFiles',
  'SystemDrive',
  'SystemRoot',
  'TEMP',
  'USERNAME',
  'USERPROFILE',
];

export type Seen =
  | { readonly values: ReadonlyMap<string, string> }
  | { readonly problem: string; readonly notInstalled?: true };

/**
 * The values that variables have in a really new shell; unset ones are left out.
 * It has no terminal and is killed with all it started at the deadline, so that no startup file can hang us.
 */
export async function readFromNewShell(
  shell: NewShell,
  names: readonly string[],
  machine: Machine,
): Promise<Seen> {
  const mark = randomBytes(8).toString('hex');
  const script = [...names.map((name) => shell.print(`${mark}:${name}=`, name)), shell.print(`${mark}.`)];
  const args = [...shell.switches, script.join('; ')];
  const printed = await runAlone(shell.program, args, `${mark}.`, machine, shell.environment?.(machine));
  if ('problem' in printed) return printed;
  const values = printed.text.split(mark).flatMap((part): [string, string][] => {
    const match = /^:([A-Z_]+)=(.+)$/s.exec(part);
    return match?.[1] && match[2] ? [[match[1], match[2]]] : [];
  });
  return { values: new Map(values) };
}

type Printed = { readonly text: string } | Exclude<Seen, { values: unknown }>;

/** What the program prints until `end`; whatever it has started and left running ends with it. */
function runAlone(
  program: string,
  args: readonly string[],
  end: string,
  machine: Machine,
  additional: Variables = {},
): Promise<Printed> {
  const env = Object.fromEntries(
    inherited.flatMap((name) => (machine.env[name] ? [[name, machine.env[name]]] : [])),
  );
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: machine.home,
      env: { ...env, HOME: machine.home, TERM: 'dumb', ...additional },
      stdio: ['ignore', 'pipe', 'ignore'],
      // A group of its own, to be killed as one; on Windows it would get a window.
      detached: machine.platform !== 'win32',
      windowsHide: true,
    });
    let text = '';
    const finish = (outcome: Printed) => {
      clearTimeout(timer);
      killGroup(child);
      child.stdout.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(
      () => finish({ problem: `it was not ready within ${deadlineMs / 1000} s` }),
      deadlineMs,
    );
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      const searched = text.length - end.length;
      text += part;
      if (text.includes(end, searched)) finish({ text });
      else if (text.length > mostPrinted) finish({ problem: 'it prints without an end' });
    });
    child.on('error', () => finish({ problem: `${program} could not be started`, notInstalled: true }));
    child.on('close', () => finish({ problem: 'it ended before it could tell' }));
  });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended by itself, or this system has no groups.
    child.kill('SIGKILL');
  }
}
