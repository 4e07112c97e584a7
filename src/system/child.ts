import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import { MegallmError, systemCode } from '../errors.ts';
import type { Machine, Variables } from './machine.ts';
import { commandLineOnWindows } from './windows-command.ts';

/** How a program ended. */
export type Ending =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals };

/** Those that tell a program something, or end it; the rest are the kernel's own business. */
const passedOn = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
] as const satisfies readonly NodeJS.Signals[];

/** What everybody in a terminal's foreground is sent, by the terminal or by the shell. */
const forAll: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGCONT'];

/**
 * Runs a program in our place: our standard streams are its own, and it stays in our process group, so that the shell's
 * job control goes on working. Throws `not-found` and `not-executable` where a shell would end with 127 and 126.
 */
export async function runChild(
  [program = '', ...args]: readonly string[],
  env: Variables,
  machine: Pick<Machine, 'platform' | 'cwd'>,
): Promise<Ending> {
  const { spawn } = await import('node:child_process');
  const isWindows = machine.platform === 'win32';
  const line = isWindows
    ? commandLineOnWindows(program, args, env, machine.cwd)
    : { file: program, args, verbatim: false };
  return new Promise((resolve, reject) => {
    let child: ChildProcess | undefined;
    // Before the child is there, which may send one to us at once; they come by way of the event loop, so that none is
    // missed in between.
    const release = isWindows
      ? listen({ SIGINT: wait, SIGBREAK: wait, SIGHUP: wait })
      : passSignals((signal) => child?.kill(signal));
    try {
      child = spawn(line.file, line.args, {
        env,
        stdio: 'inherit',
        windowsVerbatimArguments: line.verbatim,
      });
      child.on('error', (error) => {
        if (child?.pid !== undefined) return;
        release();
        reject(notStarted(program, error));
      });
      child.on('exit', (code, signal) => {
        release();
        resolve(signal ? { kind: 'signal', signal } : { kind: 'exit', code: code ?? 1 });
      });
    } catch (error) {
      release();
      reject(notStarted(program, error));
    }
  });
}

/**
 * Ends this process by a signal, as the child ended, so that whoever started us sees the same death. It comes back only
 * where that cannot be, as in the first process of a container: then the result is the exit code that shells give.
 */
export function dieOf(signal: NodeJS.Signals): number {
  const number = constants.signals[signal];
  if (process.pid !== 1) {
    // Node ignores some signals; listening and ceasing to makes the system's default count again.
    listen({ [signal]: wait }, true)();
    process.kill(process.pid, signal);
  }
  return 128 + number;
}

type Listeners = Partial<Record<NodeJS.Signals, (signal: NodeJS.Signals) => void>>;

/** For signals that are the child's to act on; that we go on waiting for it is all that we do. */
function wait(): void {}

/** The result stops listening. */
function listen(listeners: Listeners, lenient = false): () => void {
  const added = Object.entries(listeners) as [NodeJS.Signals, () => void][];
  const started = added.filter(([signal, listener]) => {
    try {
      process.on(signal, listener);
      return true;
    } catch (error) {
      // Nobody can listen to SIGKILL and SIGSTOP.
      if (lenient) return false;
      throw error;
    }
  });
  return () => {
    for (const [signal, listener] of started) process.off(signal, listener);
  };
}

function passSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const pass = (signal: NodeJS.Signals) => {
    // The child has it already: twice would mean "at once" to many programs.
    if (!forAll.includes(signal) || !isInForeground()) send(signal);
  };
  const stop = (signal: NodeJS.Signals) => {
    if (!isInForeground()) send(signal);
    // By the default action, which does nothing where no shell could wake us again.
    process.off('SIGTSTP', stop);
    process.kill(process.pid, 'SIGTSTP');
    process.on('SIGTSTP', stop);
  };
  return listen({ ...Object.fromEntries(passedOn.map((signal) => [signal, pass])), SIGTSTP: stop });
}

/** Whether we are in a terminal's foreground, so that what is typed there reaches the child by itself (proc(5)). */
function isInForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return terminal !== '0' && group === foreground;
  } catch {
    return [0, 1, 2].some((descriptor) => isatty(descriptor));
  }
}

function notStarted(program: string, error: unknown): MegallmError {
  if (error instanceof MegallmError) return error;
  const code = systemCode(error);
  if (code === 'ENOENT')
    return new MegallmError('not-found', `There is no command ${JSON.stringify(program)}.`, [
      'Check its name, and that its folder is in PATH.',
    ]);
  const reason =
    code === 'EACCES' ? 'it may not be executed' : (code ?? (error instanceof Error ? error.message : ''));
  return new MegallmError('not-executable', `${JSON.stringify(program)} cannot be run: ${reason}.`, [
    'Check that it is a program, and that you may execute it.',
  ]);
}
