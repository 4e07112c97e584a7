import { userInfo } from 'node:os';
import { posix } from 'node:path';
import type { Machine } from './machine.ts';

/** The name of the user's own shell, such as `zsh`: `$SHELL`, or what the system has on record. `undefined` on Windows. */
export function loginShell({ env, platform }: Pick<Machine, 'env' | 'platform'>): string | undefined {
  if (platform === 'win32') return undefined;
  const path = env.SHELL || recordedShell();
  return path ? posix.basename(path) : undefined;
}

function recordedShell(): string | null {
  try {
    return userInfo().shell;
  } catch {
    // A container may run us as a user that nobody has entered.
    return null;
  }
}
