import type { Obstacle } from '../credentials/backends/backend.ts';
import { gitExposure } from '../credentials/backends/git-exposure.ts';
import { readFile } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';

/** Why a key may not stand in the file: others can read it, and its mode is not ours to change, or Git has it. */
export async function mustBePrivate(path: string, machine: Machine): Promise<Obstacle | undefined> {
  const mode = machine.platform === 'win32' ? 0 : (readFile(path)?.mode ?? 0);
  if ((mode & 0o077) === 0)
    return gitExposure(path, machine.env, 'or let the tool ask megallm for the key: leave out --plain-key');
  return {
    message: `${path} can be read by others, so no key may stand in it.`,
    hints: [`chmod 600 ${path}`],
  };
}
