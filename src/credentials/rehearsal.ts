import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { Draft } from '../changes/draft.ts';
import { fileError, missingFolders } from '../system/files.ts';
import type { Adoption } from './adopt.ts';
import type { KeyStore } from './store.ts';

/**
 * Plans to store a key, and throws away the plan: what would keep a key from being stored is found out before there is
 * one that could be lost.
 */
export async function rehearseStore(
  { keys }: { keys: KeyStore },
  { profile, key, storage, origin, service }: Adoption,
): Promise<void> {
  const draft = new Draft();
  await keys.planStore(draft, profile, key, { storage, origin, service });
  for (const edit of draft.plan().edits) {
    if ('path' in edit) checkWritable(edit.path);
  }
}

function checkWritable(path: string): void {
  const [outermost = path] = missingFolders(path);
  try {
    accessSync(dirname(outermost), constants.W_OK);
  } catch (error) {
    throw fileError('write', path, error);
  }
}
