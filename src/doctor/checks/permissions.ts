import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Draft } from '../../changes/draft.ts';
import { shellWord } from '../../credentials/backends/quoting.ts';
import { fileError, isMissing, modeOf } from '../../system/files.ts';
import type { Check } from '../check.ts';

export const permissions: Check = {
  id: 'permissions',
  group: 'Storage',
  title: 'Permissions',
  async run({ machine }) {
    if (machine.platform === 'win32') return { status: 'skip', detail: 'Windows keeps user folders private' };
    const paths = everythingIn(machine.folder);
    if (paths.length === 0) return { status: 'skip', detail: 'megallm keeps nothing here yet' };
    const open = paths.filter(isOpen);
    if (open.length === 0)
      return { status: 'pass', detail: `${paths.length} files and folders, all private` };
    return {
      status: 'fail',
      detail: `${open.length} of ${paths.length} files and folders can be read or written by others`,
      place: open.slice(0, 3).join(', '),
      next: [`chmod -R go= ${shellWord(machine.folder, machine.platform)}`],
      code: 'failed',
      mend(draft) {
        for (const path of everythingIn(machine.folder)) closeToOthers(draft, path);
      },
    };
  },
};

/** Another megallm may have removed it in the meantime. */
function isOpen(path: string): boolean {
  return ((modeOf(path) ?? 0) & 0o077) !== 0;
}

function closeToOthers(draft: Draft, path: string): void {
  const mode = modeOf(path) ?? 0;
  if ((mode & 0o077) !== 0) draft.writeMode(path, mode, mode & 0o7700);
}

/** Links have no permissions of their own. */
function everythingIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return [
      folder,
      ...entries.flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return everythingIn(path);
        return entry.isFile() ? [path] : [];
      }),
    ];
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileError('read', folder, error);
  }
}
