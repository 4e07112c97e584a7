import { onTestFinished } from 'vitest';
import { startInTerminal, type TerminalOptions, type TerminalSession } from './terminal-session.ts';

export type { TerminalSession } from './terminal-session.ts';

/** Runs a program in a terminal; it is killed when the test that started it is over. */
export function openTerminal(
  file: string,
  args: readonly string[],
  options: TerminalOptions,
): TerminalSession {
  const session = startInTerminal(file, args, options);
  onTestFinished(() => session.end());
  return session;
}
