import { dirname } from 'node:path';
import type { Location } from '../credentials/profiles.ts';
import type { Machine } from '../system/machine.ts';
import { claudeSettingsPath } from './claude-code.ts';
import { openCodeSettingsPath } from './opencode.ts';

/** The folder of the project whose own settings a linked place is; `undefined` for the user's settings. */
export function projectOf(
  { backend, path }: Pick<Location, 'backend' | 'path'>,
  machine: Machine,
): string | undefined {
  if (backend === 'claude' && path !== claudeSettingsPath(machine, false)) return dirname(dirname(path));
  // Either of its two names.
  if (backend === 'opencode' && dirname(path) !== dirname(openCodeSettingsPath(machine, false)))
    return dirname(path);
  return undefined;
}
