import type { Draft } from './draft.ts';
import type { Part, Range } from './statement.ts';

/** What a command does to variables, and the words that say it. */
export interface Effects {
  /** The words of the command and whatever else stands between them. */
  readonly pieces: readonly Range[];
  /** How many of the words could be cut one by one; the command goes when all of them go. */
  readonly size: number;
  readonly list: readonly { readonly draft: Draft; readonly word: Range }[];
}

/** A command of a file's own level, as it stands beside others on a line. */
export interface PlacedItem extends Range {
  readonly separator: (Range & { readonly sign: ';' | '&' }) | undefined;
}

export interface LineItem extends PlacedItem {
  /** `undefined` where nothing can be cut. */
  readonly effects: Effects | undefined;
}

/** Settles how what stands on a line can be cut, alone and together; `line`: all of it, if that can go. */
export function setPartsOnLine(line: Range | undefined, items: readonly LineItem[]): void {
  if (!items.some(({ effects }) => effects !== undefined)) return;
  const whole: Part | undefined = line && { ...line, size: items.length, parent: undefined };
  for (const [index, { effects }] of items.entries()) {
    const range = effects && rangeOfItem(items, index);
    if (effects && range) setWordParts(effects, { ...range, size: effects.size, parent: whole });
  }
}

/** With its separator: the one behind it, or for the last on its line the one before it. */
export function rangeOfItem(items: readonly PlacedItem[], index: number): Range | undefined {
  const [before, item, after] = [items[index - 1], items[index], items[index + 1]];
  if (item === undefined || item.separator?.sign === '&' || (before && !before.separator)) return undefined;
  const { start, separator } = item;
  if (after) return separator && { start, end: after.start };
  const end = separator?.end ?? item.end;
  if (before?.separator?.sign === ';') return { start: before.separator.start, end };
  return { start: before?.separator?.end ?? start, end };
}

/** Settles how each of a command's words can be cut; `command`: all of it. */
export function setWordParts({ pieces, size, list }: Effects, command: Part): void {
  let index = 0;
  for (const { draft, word } of list) {
    while (index < pieces.length && pieces[index] !== word) index += 1;
    const [before, after] = [pieces[index - 1], pieces[index + 1]];
    const [start, end] = after ? [word.start, after.start] : [before?.end ?? word.start, word.end];
    draft.part = size === 1 ? command : { start, end, size: 1, parent: command };
  }
}
