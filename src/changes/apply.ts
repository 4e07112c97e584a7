import { MegallmError } from '../errors.ts';
import { changeMode, modeOf, readFile } from '../system/files.ts';
import type { Keychain } from '../system/keychain.ts';
import type { UserVariables } from '../system/user-variables.ts';
import { makeRemovalsLast, removeFile, writeAtomically } from './atomic-file.ts';
import type { Edit, FileEdit, KeychainEdit, ModeEdit, RecordEdit, UserVariableEdit } from './plan.ts';
import { mergeRecord } from './record.ts';
import { readRecord } from './record-file.ts';

/** The places that a plan can change besides files. */
export interface Stores {
  readonly keychain: Keychain;
  /** Throws `usage` where there are none. */
  userVariables(): Promise<UserVariables>;
}

/**
 * Carries out the edits in order, reading each back. When one fails, those before it are taken back and the failure is
 * thrown; should that fail too, a HalfDone error names the places. `mark` tells this change's temporary files apart.
 * `conclude`: what belongs to the change when all edits are made; when it fails they are taken back as well.
 */
export async function apply(
  edits: readonly Edit[],
  stores: Stores,
  mark: string,
  conclude: () => void = () => undefined,
): Promise<void> {
  const done: Edit[] = [];
  const change: Making = { stores, mark, removedFrom: new Set() };
  try {
    for (const edit of edits) {
      done.push(edit);
      await carryOut(edit, change);
    }
    makeRemovalsLast(change.removedFrom);
    conclude();
  } catch (error) {
    const stuck = await takeBack(done, change);
    if (stuck.length === 0) throw error;
    throw new HalfDone(error, stuck);
  }
}

/** A change that is being made. */
interface Making {
  readonly stores: Stores;
  readonly mark: string;
  /** The folders that files were removed from. */
  readonly removedFrom: Set<string>;
}

/** A change that failed and could not be taken back whole: its journal entry must stay. */
export class HalfDone extends MegallmError {
  constructor(cause: unknown, stuck: readonly string[]) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super('failed', `${reason} Taking the change back failed too, at ${stuck.join(', ')}.`, 'megallm undo', {
      cause,
    });
  }
}

async function takeBack(done: readonly Edit[], change: Making): Promise<string[]> {
  const stuck: string[] = [];
  for (const edit of done.toReversed()) {
    try {
      if (await isInPlace(edit, change.stores)) await carryOut(reverse(edit), change);
    } catch {
      stuck.push(placeOf(edit));
    }
  }
  return stuck;
}

export function reverse<E extends Edit>(edit: E): E {
  return { ...edit, before: edit.after, after: edit.before };
}

/** An edit, or the journal's note of one. */
type Placed<E extends Edit> = E extends Edit ? Omit<E, 'before' | 'after'> : never;

/** Where an edit happens, in words for a person. */
export function placeOf(edit: Placed<Edit>): string {
  if (edit.kind === 'keychain') return `keychain entry ${edit.account}`;
  if (edit.kind === 'user-variable') return `user variable ${edit.name}`;
  return edit.path;
}

async function carryOut(edit: Edit, change: Making): Promise<void> {
  switch (edit.kind) {
    case 'file':
      return changeFile(edit, change);
    case 'mode':
      return changePermissions(edit);
    case 'record':
      return changeRecord(edit, change);
    case 'keychain':
      return changeKeychain(edit, change.stores.keychain);
    case 'user-variable':
      return changeUserVariable(edit, await change.stores.userVariables());
  }
}

function changeFile(edit: FileEdit, { mark, removedFrom }: Making): void {
  if (!same(readFile(edit.path)?.bytes, edit.before)) throw changedMeanwhile(edit.path);
  if (edit.after === undefined) removedFrom.add(removeFile(edit.path, edit.folders));
  else writeAtomically(edit.path, edit.after, edit.mode, mark);
  if (!same(readFile(edit.path)?.bytes, edit.after)) throw notThere(edit.path);
}

function changePermissions({ path, before, after }: ModeEdit): void {
  if (modeOf(path) !== before) throw changedMeanwhile(path);
  changeMode(path, after);
  if (modeOf(path) !== after) throw notThere(path);
}

function changeRecord(edit: RecordEdit, { mark, removedFrom }: Making): void {
  const after = mergeRecord(edit.path, readRecord(edit.path), edit.before, edit.after);
  if (after === undefined) removedFrom.add(removeFile(edit.path, edit.folders ?? []));
  else writeAtomically(edit.path, Buffer.from(`${JSON.stringify(after, null, 2)}\n`), 0o600, mark);
}

async function changeKeychain(edit: KeychainEdit, keychain: Keychain): Promise<void> {
  if (edit.after === undefined) await keychain.remove(edit.account);
  else await keychain.write(edit.account, edit.after);
}

async function changeUserVariable(edit: UserVariableEdit, variables: UserVariables): Promise<void> {
  const now = await variables.read(edit.name);
  if (now === edit.after) return;
  if (now !== edit.before) throw changedMeanwhile(placeOf(edit));
  if (edit.after === undefined) await variables.remove(edit.name);
  else await variables.write(edit.name, edit.after);
}

/** Whether the edit took effect: one that failed half-way may or may not have. */
async function isInPlace(edit: Edit, stores: Stores): Promise<boolean> {
  switch (edit.kind) {
    case 'file':
      return same(readFile(edit.path)?.bytes, edit.after);
    case 'mode':
      return modeOf(edit.path) === edit.after;
    case 'record':
      return true;
    case 'keychain': {
      const now = await stores.keychain.read(edit.account);
      return edit.after === undefined ? now === undefined : edit.after.equals(now);
    }
    case 'user-variable':
      return (await (await stores.userVariables()).read(edit.name)) === edit.after;
  }
}

function same(left: Buffer | undefined, right: Buffer | undefined): boolean {
  return left === undefined || right === undefined ? left === right : left.equals(right);
}

function changedMeanwhile(path: string): MegallmError {
  return new MegallmError(
    'refused',
    `${path} was changed in the meantime.`,
    'Look at it, and run the command again.',
  );
}

function notThere(place: string): MegallmError {
  return new MegallmError(
    'failed',
    `${place} was written, but reading it back gives something else.`,
    'Another program may be managing it; nothing of this change was kept.',
  );
}
