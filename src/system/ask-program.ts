import { spawn, spawnSync } from 'node:child_process';
import type { Machine } from './machine.ts';

const deadlineMs = 3000;
const slowDeadlineMs = 10_000;

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

/** The same for a program that takes its time to start: others can be asked meanwhile. */
export function askSlowProgram(
  program: string,
  args: readonly string[],
  { env, home }: Pick<Machine, 'env' | 'home'>,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...env, HOME: home },
      cwd: home,
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    let text = '';
    const finish = (answer: string | undefined) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      child.stdout.destroy();
      resolve(answer);
    };
    const timer = setTimeout(finish, slowDeadlineMs, undefined);
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.on('error', () => finish(undefined));
    child.on('close', (status) => finish(status === 0 ? text : undefined));
  });
}
