import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Draft } from '../changes/draft.ts';
import { MegallmError } from '../errors.ts';
import { fileError, isMissing } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import { backendIds } from './backends/catalog.ts';
import { allVariables } from './exported.ts';
import type { KeySources } from './key-copies.ts';
import { findLegacy } from './legacy/legacy.ts';
import { takeOut } from './legacy/take-over.ts';
import type { Locations } from './locations.ts';
import { planSignOut } from './sign-out.ts';

/** Files of ours in the folder of a profile, and in our own folder. What else is there belongs to somebody else. */
const ofProfiles = /^(state\.json|credentials(\.pending|\.retired|@.+)?)$/;
const ofFolder = /^(env\.(sh|fish|ps1)|update\.json(\.\d+)?)$/;

/**
 * Plans to sign out of every profile and to remove all that megallm wrote, remembered or not. The result tells of places
 * that could not be looked into; no profile remembers anything there.
 */
export async function planUninstall(
  draft: Draft,
  tools: KeySources & { readonly machine: Pick<Machine, 'folder' | 'home'> },
): Promise<readonly MegallmError[]> {
  const { locations, machine, profiles } = tools;
  const names = profiles.names();
  await planSignOut(draft, tools, ...names);
  const unread = await planSweep(draft, locations);
  const { authFiles, lines } = findLegacy(tools);
  for (const { path } of authFiles) draft.remove(path);
  for (const each of lines.toReversed()) takeOut(draft, each);
  for (const name of names) {
    for (const path of filesIn(profiles.folderOf(name), ofProfiles)) draft.remove(path);
    profiles.planRemoval(draft, name);
  }
  for (const path of filesIn(machine.folder, ofFolder)) draft.remove(path);
  profiles.planRemovalOfSettings(draft);
  return unread;
}

/**
 * Our own goes out of the usual places of each backend, also where no profile remembers it. The result is about those
 * that could not be read.
 */
async function planSweep(draft: Draft, locations: Locations): Promise<readonly MegallmError[]> {
  const unread: MegallmError[] = [];
  for (const id of backendIds) {
    try {
      const backend = await locations.open(id, {});
      const { path, isOwnFile } = backend;
      const location = { backend: id, path, variables: allVariables, made: isOwnFile ? [path] : [] };
      await backend.planRemoval(draft, location, () => false, { isShared: false, kept: () => [] });
    } catch (error) {
      if (!(error instanceof MegallmError)) throw error;
      // Otherwise there is no such place here.
      if (error.code === 'unparsable' || error.code === 'failed') unread.push(error);
    }
  }
  return unread;
}

/** No links: what they lead to is not ours. */
function filesIn(folder: string, pattern: RegExp): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && pattern.test(entry.name))
      .map(({ name }) => join(folder, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileError('read', folder, error);
  }
}
