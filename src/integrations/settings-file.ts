import type { Draft } from '../changes/draft.ts';
import type { Found } from '../credentials/backends/backend.ts';
import type { Insertions } from '../credentials/profiles.ts';
import { MegallmError } from '../errors.ts';
import { sha256 } from '../secret.ts';
import { InsertedText, withoutSpans } from './inserted-text.ts';

/** What is ours in a settings file, in the file's own format. Texts hold one character for each byte (latin1). */
export interface SettingsEditor {
  /** Throws `unparsable` for what the tool itself could not read; it is not touched. */
  check(text: string): void;
  /** Whether all of it is there, as it should be, and nothing stands in its way. */
  isInPlace(text: string): boolean;
  /** Without what has to give way to what is inserted next. Throws `refused` where that is the user's, who has not agreed. */
  clear(text: string): string;
  /** Without what is ours. */
  remove(text: string): string;
  insert(target: InsertedText): void;
}

interface Parts {
  readonly bom: string;
  readonly text: string;
}

const utf8Bom = '\xef\xbb\xbf';

/** A settings file as text, its byte-order mark apart. Throws `unparsable` for UTF-16. */
export function partsOf(bytes: Buffer, path: string): Parts {
  const all = bytes.toString('latin1');
  if (all.startsWith('\xff\xfe') || all.startsWith('\xfe\xff')) {
    throw new MegallmError('unparsable', `${path} is in UTF-16.`, 'Save it as UTF-8, and try again.');
  }
  return all.startsWith(utf8Bom) ? { bom: utf8Bom, text: all.slice(utf8Bom.length) } : { bom: '', text: all };
}

/** Plans what is ours into the file; the result is what removing it to the byte takes, if that can be told. */
export function planSettings(
  draft: Draft,
  path: string,
  editor: SettingsEditor,
  known: readonly Insertions[],
): Insertions | undefined {
  const now = draft.read(path) ?? Buffer.alloc(0);
  const { bom, text } = partsOf(now, path);
  editor.check(text);
  if (editor.isInPlace(text)) return insertionsOf(now, path, known);
  const target = new InsertedText(editor.clear(originalOf(now, path, known)));
  editor.insert(target);
  editor.check(target.text);
  const after = Buffer.from(bom + target.text, 'latin1');
  draft.write(path, after);
  const spans = target.spans.map(([start, length]) => [start + bom.length, length] as const);
  return { path, after: sha256(after), spans };
}

/** Plans to take it out: to the byte where nobody has changed the file since, else what is ours alone. */
export function planSettingsRemoval(
  draft: Draft,
  path: string,
  editor: SettingsEditor,
  known: readonly Insertions[],
  made: readonly string[],
): void {
  const now = draft.read(path);
  if (now === undefined) return;
  const { bom, text } = partsOf(now, path);
  editor.check(text);
  const isUntouched = insertionsOf(now, path, known) !== undefined;
  const rest = isUntouched ? originalOf(now, path, known) : editor.remove(text);
  if (made.includes(path) && /^\s*(\{\s*\})?\s*$/.test(rest)) draft.remove(path, made);
  else draft.write(path, Buffer.from(bom + rest, 'latin1'));
}

function insertionsOf(bytes: Buffer, path: string, known: readonly Insertions[]): Insertions | undefined {
  const hash = sha256(bytes);
  return known.find((insertions) => insertions.path === path && insertions.after === hash);
}

/** The text as it was before us, where that is known; else as it is. */
function originalOf(bytes: Buffer, path: string, known: readonly Insertions[]): string {
  const insertions = insertionsOf(bytes, path, known);
  const { bom, text } = partsOf(bytes, path);
  if (insertions === undefined) return text;
  return withoutSpans(
    text,
    insertions.spans.map(([start, length]) => [start - bom.length, length] as const),
  );
}

/** Nobody's text is quoted: it may hold secrets. */
export function unreadable(
  path: string,
  tool: string,
  { line, column }: { line: number; column: number },
): MegallmError {
  return new MegallmError('unparsable', `${tool} cannot read ${path}: line ${line}, column ${column}.`, [
    'Mend it, and try again; nothing was changed.',
  ]);
}

export function inTheWay({ name, path, line }: Found): MegallmError {
  return new MegallmError('refused', `${path}:${line} sets ${name} to a value that megallm did not write.`, [
    'Add --yes to replace it (megallm undo brings it back).',
  ]);
}
