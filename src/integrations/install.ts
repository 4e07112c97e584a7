import { MegallmError } from '../errors.ts';
import type { Machine } from '../system/machine.ts';
import { commandLineOnWindows } from '../system/windows-command.ts';
import type { Tool } from './integration.ts';

/** The packages are large, and networks slow. */
const deadlineMs = 15 * 60_000;

/** Installs the tool with npm, for this user's whole machine; what npm says goes to standard error. */
export async function install(
  tool: Tool,
  { platform, env, cwd }: Pick<Machine, 'platform' | 'env' | 'cwd'>,
): Promise<void> {
  const { spawn } = await import('node:child_process');
  const args = ['install', '--global', '--no-fund', '--no-audit', tool.package];
  const line =
    platform === 'win32'
      ? commandLineOnWindows('npm', args, env, cwd)
      : { file: 'npm', args, verbatim: false };
  const command = `npm install --global ${tool.package}`;
  const status = await new Promise<number | string | null>((resolve) => {
    const child = spawn(line.file, line.args, {
      env,
      stdio: ['ignore', 2, 2],
      timeout: deadlineMs,
      windowsVerbatimArguments: line.verbatim,
    });
    child.on('error', () => resolve('npm could not be started'));
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (status === 0) return;
  const reason = typeof status === 'string' ? status : `npm ended with ${status}`;
  throw new MegallmError('failed', `${tool.title} could not be installed: ${reason}.`, [command]);
}
