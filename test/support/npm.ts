import { type Outcome, type RunOptions, runProgram } from './program.ts';

/** Runs npm, which on Windows is a script that only its shell can start. */
export function npm(args: readonly string[], options: RunOptions): Promise<Outcome> {
  if (process.platform === 'win32') return runProgram('cmd.exe', ['/d', '/c', 'npm', ...args], options);
  return runProgram('npm', args, options);
}
