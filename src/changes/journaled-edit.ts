import { MegallmError } from '../errors.ts';
import { Secret, sha256 } from '../secret.ts';
import { modeOf, readFile } from '../system/files.ts';
import type { Edit, FileEdit, JsonObject, ModeEdit } from './plan.ts';
import { mergeRecord } from './record.ts';
import { readRecord } from './record-file.ts';
import { splicesBetween, undoSplices } from './splices.ts';

/** An edit as the journal holds it: hashes and what is needed to go back; a key of ours stands as its fingerprint. */
export type JournaledEdit =
  | JournaledFile
  | ModeEdit
  | JournaledRecord
  | JournaledKeychain
  | JournaledUserVariable;

interface JournaledFile {
  readonly kind: 'file';
  readonly path: string;
  readonly mode: number;
  readonly folders: readonly string[];
  /** SHA-256 of the file before and after, `null` where it is not there. */
  readonly before: string | null;
  readonly after: string | null;
  readonly partOf?: string;
  readonly splices: readonly { newOffset: number; inserted: number; removed: readonly Piece[] }[];
}

interface JournaledRecord {
  readonly kind: 'record';
  readonly path: string;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

interface JournaledKeychain {
  readonly kind: 'keychain';
  readonly account: string;
  /** Fingerprints. */
  readonly before: string | null;
  readonly after: string | null;
}

interface JournaledUserVariable {
  readonly kind: 'user-variable';
  readonly name: string;
  readonly before: readonly Piece[] | null;
  readonly after: readonly Piece[] | null;
}

/** Bytes in base64, or a key by its fingerprint. */
type Piece = { readonly bytes: string } | { readonly key: string };

/** Tells by its fingerprint whether a key is, or was, one of the profiles' own. */
export type IsOurKey = (fingerprint: string) => boolean;
/** The key with a fingerprint, from where it is stored now. */
export type ResolveKey = (fingerprint: string) => Secret | undefined;

export function toJournal(edit: Edit, isOurs: IsOurKey): JournaledEdit {
  switch (edit.kind) {
    case 'file':
      return fileToJournal(edit, isOurs);
    case 'mode':
      return edit;
    case 'record':
      return { ...edit, before: edit.before ?? null, after: edit.after ?? null };
    case 'keychain':
      return { ...edit, before: edit.before?.fingerprint ?? null, after: edit.after?.fingerprint ?? null };
    case 'user-variable':
      return {
        ...edit,
        before: variablePieces(edit.before, isOurs),
        after: variablePieces(edit.after, isOurs),
      };
  }
}

function fileToJournal(edit: FileEdit, isOurs: IsOurKey): JournaledFile {
  // A copy of the program is megabytes that nobody takes back.
  const isCopy = edit.partOf !== undefined;
  const splices = isCopy ? [] : splicesBetween(edit.before ?? Buffer.alloc(0), edit.after ?? Buffer.alloc(0));
  return {
    kind: 'file',
    path: edit.path,
    mode: edit.mode,
    folders: edit.folders,
    ...(isCopy && { partOf: edit.partOf }),
    before: hash(edit.before),
    after: hash(edit.after),
    splices: splices.map(({ newOffset, inserted, removed }) => ({
      newOffset,
      inserted: inserted.length,
      removed: pieces(removed, isOurs),
    })),
  };
}

/** The edit that takes a journaled one back, `undefined` when it is not in place; `refused` when something else is. */
export function toUndo(edit: JournaledEdit, resolve: ResolveKey): Edit | undefined {
  switch (edit.kind) {
    case 'file':
      return undoFile(edit, resolve);
    case 'mode':
      return undoMode(edit);
    case 'record':
      return undoRecord(edit);
    case 'keychain':
      return { ...edit, before: keyOf(edit.after, resolve), after: keyOf(edit.before, resolve) };
    case 'user-variable':
      return { ...edit, before: text(edit.after, resolve), after: text(edit.before, resolve) };
  }
}

function undoFile(edit: JournaledFile, resolve: ResolveKey): Edit | undefined {
  if (edit.partOf !== undefined) return undefined;
  const now = readFile(edit.path);
  if (hash(now?.bytes) === edit.before) return undefined;
  if (hash(now?.bytes) !== edit.after) throw changedSince(edit.path);
  const splices = edit.splices.map((splice) => ({ ...splice, removed: join(splice.removed, resolve) }));
  const restored = edit.before === null ? undefined : undoSplices(now?.bytes ?? Buffer.alloc(0), splices);
  if (hash(restored) !== edit.before) throw changedSince(edit.path);
  const { kind, path, mode, folders } = edit;
  return { kind, path, before: now?.bytes, after: restored, mode, folders };
}

function undoMode(edit: ModeEdit): Edit | undefined {
  const now = modeOf(edit.path);
  if (now === undefined || now === edit.before) return undefined;
  if (now !== edit.after) throw changedSince(edit.path);
  return { ...edit, before: now, after: edit.before };
}

function undoRecord(edit: JournaledRecord): Edit {
  const now = readRecord(edit.path);
  const after = mergeRecord(edit.path, now, edit.after ?? undefined, edit.before ?? undefined);
  return { kind: 'record', path: edit.path, before: now, after };
}

function changedSince(path: string): MegallmError {
  return new MegallmError(
    'refused',
    `${path} was changed since.`,
    'Take the change back by hand; nothing was touched.',
  );
}

function keyOf(fingerprint: string | null, resolve: ResolveKey): Secret | undefined {
  if (fingerprint === null) return undefined;
  const key = resolve(fingerprint);
  if (key) return key;
  throw new MegallmError(
    'refused',
    'The key that this change replaced is not stored any more.',
    'Write the present key instead: megallm env write --to BACKEND',
  );
}

/** Cuts `bytes` into plain pieces and keys of ours. */
function pieces(bytes: Buffer, isOurs: IsOurKey): Piece[] {
  const found: Piece[] = [];
  const all = bytes.toString('latin1');
  let from = 0;
  const keep = (end: number) => {
    if (end > from) found.push({ bytes: bytes.toString('base64', from, end) });
  };
  for (const match of all.matchAll(/sk-mega-[!-~]{12,}/g)) {
    const key = ourKeyAt(match[0], isOurs);
    if (!key) continue;
    keep(match.index);
    found.push({ key: key.fingerprint });
    from = match.index + key.reveal().length;
  }
  keep(bytes.length);
  return found;
}

/** The longest start of `run` that is a key of ours: what follows a key in a file may be a quote or part of the key. */
function ourKeyAt(run: string, isOurs: IsOurKey): Secret | undefined {
  for (let length = Math.min(run.length, 1024); length >= 20; length -= 1) {
    const key = new Secret(run.slice(0, length));
    if (isOurs(key.fingerprint)) return key;
  }
  return undefined;
}

function join(all: readonly Piece[], resolve: ResolveKey): Buffer {
  const parts = all.map((piece) =>
    'key' in piece
      ? Buffer.from(keyOf(piece.key, resolve)?.reveal() ?? '')
      : Buffer.from(piece.bytes, 'base64'),
  );
  return Buffer.concat(parts);
}

function variablePieces(value: string | undefined, isOurs: IsOurKey): Piece[] | null {
  return value === undefined ? null : pieces(Buffer.from(value), isOurs);
}

function text(value: readonly Piece[] | null, resolve: ResolveKey): string | undefined {
  return value === null ? undefined : join(value, resolve).toString();
}

function hash(bytes: Buffer | undefined): string | null {
  return bytes === undefined ? null : sha256(bytes);
}
