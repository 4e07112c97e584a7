import { join } from 'node:path';
import { onDemand } from './on-demand.ts';
import type { Requirement } from './requirements.ts';

const installed = onDemand('nodes', 'Node 22 and 24');

/** npm has them for other machines too, under other names. */
export const otherNodes: Requirement = {
  name: installed.name,
  missing: () =>
    process.platform === 'linux' && process.arch === 'x64'
      ? installed.missing()
      : 'the tests fetch them for Linux on x64 alone',
};

export function nodePath(version: 'node22' | 'node24'): string {
  return join(installed.modules, version, 'bin/node');
}
