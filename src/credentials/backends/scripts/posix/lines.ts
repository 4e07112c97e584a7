import { type PlacedItem, rangeOfItem, setWordParts } from '../line-items.ts';
import type { Part } from '../statement.ts';
import type { AndOrList, Commands, Member } from './commands.ts';
import { readWord } from './word.ts';

/** A command of a file's own level, or a list of them joined by `&&` and `||`. */
interface Item extends PlacedItem {
  readonly list: AndOrList | undefined;
}

/** Reads a whole file, and finds for what stands on its own level how it can be cut out. */
export function readLines(commands: Commands): void {
  const { source } = commands;
  while (source.position < source.text.length) readLine(commands);
}

function readLine(commands: Commands): void {
  const { source } = commands;
  const start = source.position;
  const items: Item[] = [];
  for (;;) {
    source.skipBlanks();
    source.skipComment();
    if (source.position >= source.text.length || source.code() === 0x0a) break;
    items.push(readItem(commands));
  }
  const end = Math.min(source.position + 1, source.text.length);
  if (items.some(canBeCut))
    setParts(source.text, items, { start, end, size: items.length, parent: undefined });
  source.takeNewline();
}

function readItem(commands: Commands): Item {
  const { source } = commands;
  const start = source.position;
  const firstDraft = commands.draftCount;
  const list = commands.readAndOr();
  const end = list?.end ?? start;
  const sign = commands.takeSeparator(firstDraft);
  const separator = sign && {
    sign,
    start: source.text.lastIndexOf(sign, source.position - 1),
    end: source.position,
  };
  if (source.position === start) skipStray(commands);
  return { start, end, list, separator };
}

/** A word that closes what was never opened. The shell reads no further; what follows is still looked at. */
function skipStray({ source }: Commands): void {
  const { start, end } = readWord(source, false);
  if (start === end) source.position += 1;
}

function canBeCut({ list }: Item): boolean {
  return list?.members.some(({ effects }) => effects?.removable && effects.list.length > 0) ?? false;
}

function setParts(text: string, items: readonly Item[], line: Part): void {
  for (const [index, item] of items.entries()) {
    if (!canBeCut(item) || item.list === undefined) continue;
    const range = rangeOfItem(items, index);
    if (range === undefined) continue;
    const { members, onlyAnd } = item.list;
    if (members.length === 1) setMemberPart(members[0], { ...range, parent: line });
    else if (onlyAnd) setMemberParts(text, members, { ...range, size: members.length, parent: line });
  }
}

/** Members of a list without `||`, as far as those before each are sure to succeed. */
function setMemberParts(text: string, members: readonly Member[], list: Part): void {
  for (const [index, member] of members.entries()) {
    const [before, after] = [members[index - 1], members[index + 1]];
    if (!member.effects?.certain) return;
    if (after && !/^(?:[ \t]|\\\n)*&&(?:[ \t]|\\\n)*$/.test(text.slice(member.end, after.start))) return;
    const range = after
      ? { start: member.start, end: after.start }
      : { start: before?.end ?? member.start, end: member.end };
    setMemberPart(member, { ...range, parent: list });
  }
}

function setMemberPart(member: Member | undefined, range: Omit<Part, 'size'>): void {
  const effects = member?.effects;
  if (!effects?.removable) return;
  const { command, size } = effects;
  const list = effects.list.filter(({ removable }) => removable);
  setWordParts({ pieces: command.pieces, size, list }, { ...range, size });
}
