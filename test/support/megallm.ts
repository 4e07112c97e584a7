import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  killGroup,
  type Outcome,
  type ProgramOptions,
  type RunOptions,
  runProgram,
  startProgram,
} from './program.ts';

/** What npm links as `megallm`; it loads dist/, which `npm test` builds. */
export const megallmBin = fileURLToPath(new URL('../../bin/megallm.cjs', import.meta.url));

/** Runs the built program to its end, as a user would. */
export function megallm(args: readonly string[], options: RunOptions): Promise<Outcome> {
  return runProgram(process.execPath, [megallmBin, ...args], options);
}

/**
 * Starts the built program, for a test that talks to it or kills it. Its stdin is open. If it still runs when the
 * test is over, it is killed.
 */
export function startMegallm(
  args: readonly string[],
  options: ProgramOptions,
): ChildProcessWithoutNullStreams {
  const child = startProgram(process.execPath, [megallmBin, ...args], options);
  onTestFinished(() => {
    // Its pid may be another process's by now if it has ended.
    if (child.exitCode === null && child.signalCode === null) killGroup(child);
  });
  return child;
}
