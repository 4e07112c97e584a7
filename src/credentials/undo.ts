import type { Entry } from '../changes/journal.ts';
import { type JournaledEdit, toUndo } from '../changes/journaled-edit.ts';
import type { Edit, Plan } from '../changes/plan.ts';
import { MegallmError } from '../errors.ts';
import { userEnvironment } from '../system/user-variables.ts';
import { type KeySources, storedCopiesOf, writtenCopies } from './key-copies.ts';
import type { KeyCopy } from './store.ts';

/** The entry that a person means: the last one, or the one with that number. */
export function chooseEntry(entries: readonly Entry[], id: string | undefined): Entry {
  const entry = id === undefined ? entries.at(-1) : entries.find((known) => String(known.id) === id);
  if (entry) return entry;
  if (id === undefined) throw new MegallmError('usage', 'There is nothing to undo.', 'megallm undo --list');
  throw new MegallmError('usage', `There is no change ${JSON.stringify(id)} to undo.`, 'megallm undo --list');
}

/**
 * The plan that takes a change back. Throws `refused` when a file was changed since, when a key that would come back
 * is not stored any more, and when the last copy of a key would go.
 */
export async function planUndo(entry: Entry, sources: KeySources): Promise<Plan> {
  const copies = await copiesFor(entry, sources);
  const resolve = (fingerprint: string) => copies.find(({ key }) => key.fingerprint === fingerprint)?.key;
  const edits = entry.edits.toReversed().flatMap((edit) => toUndo(edit, resolve) ?? []);
  // Permissions touch no content.
  const touched = new Set(edits.filter(({ kind }) => kind !== 'mode').map(placeId));
  const lost = copies.find(
    ({ key, place }) =>
      touched.has(place) &&
      !edits.some((edit) => keeps(edit, key.reveal())) &&
      !copies.some(
        (other) => other.key.equals(key) && other.place !== 'environment' && !touched.has(other.place),
      ),
  );
  if (lost === undefined) return { edits };
  throw new MegallmError('refused', `Taking this back would drop the only copy of the key ${lost.key}.`, [
    'megallm logout   (when you do want it gone)',
  ]);
}

/** The copies of every key that the change is about: those that it names, and those in the places that it touched. */
async function copiesFor({ edits }: Entry, sources: KeySources): Promise<KeyCopy[]> {
  const written = await writtenCopies(sources);
  const touched = new Set(edits.map(placeId));
  const inPlace = written.filter(({ place }) => touched.has(place)).map(({ key }) => key.fingerprint);
  const named = JSON.stringify([edits, inPlace]);
  return [...(await storedCopiesOf(sources, (fingerprint) => named.includes(fingerprint))), ...written];
}

function placeId(edit: Edit | JournaledEdit): string {
  if (edit.kind === 'keychain') return edit.account;
  return edit.kind === 'user-variable' ? `${userEnvironment}\\${edit.name}` : edit.path;
}

function keeps(edit: Edit, key: string): boolean {
  switch (edit.kind) {
    case 'file':
      return edit.after?.includes(key) === true;
    case 'keychain':
      return edit.after?.reveal() === key;
    case 'user-variable':
      return edit.after === key;
    case 'mode':
    case 'record':
      return false;
  }
}
