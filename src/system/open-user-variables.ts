import { MegallmError } from '../errors.ts';
import type { Machine } from './machine.ts';
import type { UserVariables } from './user-variables.ts';

/** This machine's own. Throws `usage` where there are none: only Windows has them. */
export async function openUserVariables({
  platform,
  env,
}: Pick<Machine, 'platform' | 'env'>): Promise<UserVariables> {
  if (platform !== 'win32') {
    throw new MegallmError(
      'usage',
      'Only Windows has a user environment.',
      'Use another backend, such as --to bash.',
    );
  }
  const { WindowsUserVariables } = await import('./windows-user-variables.ts');
  const { runTool } = await import('./run-tool.ts');
  return new WindowsUserVariables(env.SystemRoot, runTool);
}
