import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Machine } from './machine.ts';

const deadlineMs = 10_000;
/** In characters: no startup file has that much to say. */
const mostPrinted = 1_000_000;

/** How a new shell is started: those that a person opens, and the plain kind that runs a command. */
export type ShellKind = 'login' | 'interactive' | 'command';

const switches: Readonly<Record<ShellKind, readonly string[]>> = {
  login: ['-l', '-c'],
  interactive: ['-i', '-c'],
  command: ['-c'],
};

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
];

/**
 * The values that variables have in a really new shell; unset ones are left out.
 * It has no terminal and is killed with all it started at the deadline, so that no startup file can hang us.
 */
export async function readFromNewShell(
  shell: string,
  kind: ShellKind,
  names: readonly string[],
  machine: Machine,
): Promise<{ values: ReadonlyMap<string, string> } | { problem: string }> {
  const mark = randomBytes(8).toString('hex');
  const script = [
    ...names.map((name) => `printf '%s' "${mark}:${name}=$${name}"`),
    `printf '%s' "${mark}."`,
  ].join('; ');
  const printed = await runAlone(shell, [...switches[kind], script], `${mark}.`, machine);
  if ('problem' in printed) return printed;
  const values = printed.text.split(mark).flatMap((part): [string, string][] => {
    const match = /^:([A-Z_]+)=(.+)$/s.exec(part);
    return match?.[1] && match[2] ? [[match[1], match[2]]] : [];
  });
  return { values: new Map(values) };
}

/** What the program prints until `end`; whatever it has started and left running ends with it. */
function runAlone(
  program: string,
  args: readonly string[],
  end: string,
  machine: Machine,
): Promise<{ text: string } | { problem: string }> {
  const env = Object.fromEntries(
    inherited.flatMap((name) => (machine.env[name] ? [[name, machine.env[name]]] : [])),
  );
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: machine.home,
      env: { ...env, HOME: machine.home, TERM: 'dumb' },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    let text = '';
    const finish = (outcome: { text: string } | { problem: string }) => {
      clearTimeout(timer);
      killGroup(child.pid);
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
    child.on('error', () => finish({ problem: `${program} could not be started` }));
    child.on('close', () => finish({ problem: 'it ended before it could tell' }));
  });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
