import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

export interface ProgramOptions {
  /** Becomes HOME, and the working directory unless `cwd` is given. */
  readonly home: { readonly path: string };
  readonly cwd?: string;
  /** On top of HOME and PATH, the only variables that a program gets by itself. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunOptions extends ProgramOptions {
  /** What the program reads; without it stdin is an empty pipe. */
  readonly stdin?: string | Uint8Array;
  /** In ms, 30 s unless given: a program that takes longer is killed and the test fails. */
  readonly timeout?: number;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The variables that a program gets: nothing comes from the environment of the tests but the PATH, and nobody asks npm. */
export function cleanEnvironment({ home, env }: ProgramOptions): Record<string, string> {
  const { PATH = '', SystemRoot } = process.env;
  // Windows starts no program without SystemRoot.
  const quiet = { MEGALLM_NO_UPDATE_NOTICE: '1' };
  return { HOME: home.path, PATH, ...quiet, ...(SystemRoot === undefined ? {} : { SystemRoot }), ...env };
}

/**
 * Starts a program in a process group of its own: `process.kill(-child.pid)` reaches what it has started too, and
 * it cannot get at the terminal of whoever runs the tests.
 */
export function startProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions,
): ChildProcessWithoutNullStreams {
  const child = spawn(file, args, {
    cwd: options.cwd ?? options.home.path,
    env: cleanEnvironment(options),
    detached: process.platform !== 'win32',
    stdio: 'pipe',
  });
  // A program need not read its stdin to the end.
  child.stdin.on('error', () => undefined);
  return child;
}

/** Runs a program to its end, and to the end of everything that holds its output. */
export function runProgram(file: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const { stdin, timeout = 30_000 } = options;
  return new Promise((resolve, reject) => {
    const child = startProgram(file, args, options);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    const timer = setTimeout(() => {
      const state = child.exitCode === null ? 'still ran' : 'had ended, but something it started still ran';
      const shown = `stdout: ${output.stdout}\nstderr: ${output.stderr}`;
      reject(new Error(`${[file, ...args].join(' ')} ${state} after ${timeout} ms.\n${shown}`));
      killGroup(child);
    }, timeout);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ ...output, exitCode, signal });
    });
    child.stdin.end(stdin);
  });
}

/** SIGKILL to a program and to all that it has started; nothing happens when they are gone. */
export function killGroup(child: {
  readonly pid?: number | undefined;
  kill(signal: 'SIGKILL'): unknown;
}): void {
  try {
    if (child.pid === undefined || process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
