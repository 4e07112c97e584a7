import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Machine, Variables } from './machine.ts';

const deadlineMs = 10_000;
const lastWordsMs = 200;
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
  /** It runs a command for a program, and nobody types there: what it sees is good to know, and decides nothing. */
  readonly informsOnly?: true;
  /** What makes it show on stderr, line by line, how far it has come. */
  readonly trace?: { readonly switches?: readonly string[]; readonly environment?: Variables };
}

/** Somebody who wants to know what kept a shell from telling: it is traced then. */
export interface Watcher {
  readonly signal: AbortSignal;
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

/** `said`: what came on stderr, for a watcher alone. It may hold keys. */
export type Seen =
  | { readonly values: ReadonlyMap<string, string>; readonly said: string }
  | {
      readonly problem: string;
      readonly notInstalled?: true;
      readonly said: string;
      /** The exit code of one that ended too early; `undefined` when it was late, or a signal ended it. */
      readonly code?: number;
    };

/**
 * The values that variables have in a really new shell; unset ones are left out.
 * It has no terminal and is killed with all it started at the deadline, so that no startup file can hang us.
 */
export async function readFromNewShell(
  shell: NewShell,
  names: readonly string[],
  machine: Machine,
  watcher?: Watcher,
): Promise<Seen> {
  const mark = randomBytes(8).toString('hex');
  const script = [...names.map((name) => shell.print(`${mark}:${name}=`, name)), shell.print(`${mark}.`)];
  const trace = watcher ? shell.trace : undefined;
  const args = [...(trace?.switches ?? []), ...shell.switches, script.join('; ')];
  const additional = { ...shell.environment?.(machine), ...trace?.environment };
  const printed = await runAlone(shell.program, args, `${mark}.`, machine, additional, watcher);
  if ('problem' in printed) return printed;
  const values = printed.text.split(mark).flatMap((part): [string, string][] => {
    const match = /^:([A-Z_]+)=(.+)$/s.exec(part);
    return match?.[1] && match[2] ? [[match[1], match[2]]] : [];
  });
  return { values: new Map(values), said: printed.said };
}

type Printed = { readonly text: string; readonly said: string } | Exclude<Seen, { values: unknown }>;

/** What the program prints until `end`; whatever it has started and left running ends with it. */
function runAlone(
  program: string,
  args: readonly string[],
  end: string,
  machine: Machine,
  additional: Variables,
  watcher: Watcher | undefined,
): Promise<Printed> {
  const env = Object.fromEntries(
    inherited.flatMap((name) => (machine.env[name] ? [[name, machine.env[name]]] : [])),
  );
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: machine.home,
      env: { ...env, HOME: machine.home, TERM: 'dumb', ...additional },
      stdio: ['ignore', 'pipe', watcher ? 'pipe' : 'ignore'],
      // A group of its own, to be killed as one; on Windows it would get a window.
      detached: machine.platform !== 'win32',
      windowsHide: true,
    });
    let text = '';
    let said = '';
    const finish = (outcome: Omit<Printed, 'said'>) => {
      clearTimeout(timer);
      watcher?.signal.removeEventListener('abort', stop);
      killGroup(child);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ ...outcome, said } as Printed);
    };
    let timer = setTimeout(
      () => finish({ problem: `it was not ready within ${deadlineMs / 1000} s` }),
      deadlineMs,
    );
    const stop = () => finish({ problem: 'nobody waits for it any more' });
    watcher?.signal.addEventListener('abort', stop);
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      said = (said + part).slice(-mostPrinted);
    });
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      const searched = text.length - end.length;
      text += part;
      if (!text.includes(end, searched)) {
        if (text.length > mostPrinted) finish({ problem: 'it prints without an end' });
      } else if (watcher === undefined) finish({ text });
      else {
        // What it has said on stderr is on its way; what it has left running may hold that open.
        clearTimeout(timer);
        timer = setTimeout(() => finish({ text }), lastWordsMs);
        child.on('close', () => finish({ text }));
      }
    });
    child.on('error', () => finish({ problem: `${program} could not be started`, notInstalled: true }));
    child.on('close', (code) => {
      if (text.includes(end)) return;
      finish({ problem: 'it ended before it could tell', ...(code !== null && { code }) });
    });
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
