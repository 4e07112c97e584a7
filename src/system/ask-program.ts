import { spawnSync } from 'node:child_process';
import type { Machine } from './machine.ts';

const deadlineMs = 3000;

/** What a program prints when it is asked something; `undefined` when it is not there, fails or takes too long. */
export function askProgram(
  program: string,
  args: readonly string[],
  { env, home }: Pick<Machine, 'env' | 'home'>,
): string | undefined {
  const { status, stdout } = spawnSync(program, args, {
    env: { ...env, HOME: home },
    cwd: home,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
    windowsHide: true,
  });
  return status === 0 ? stdout : undefined;
}
