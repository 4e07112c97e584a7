import type { Part, Range, Statement } from '../statement.ts';

/** A text without its NULs, and the way back from its offsets to those of the text. */
export function leaveOutNuls(text: string): { text: string; original: (statement: Statement) => Statement } {
  const offsets = new Uint32Array(text.length + 1);
  let length = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    if (text.charCodeAt(offset) !== 0) offsets[length++] = offset;
  }
  offsets[length] = text.length;
  const range = ({ start, end }: Range): Range => ({
    start: offsets[start] ?? text.length,
    end: end > start ? (offsets[end - 1] ?? text.length) + 1 : (offsets[end] ?? text.length),
  });
  const parts = new Map<Part, Part>();
  const partOf = (part: Part): Part => {
    const known = parts.get(part);
    if (known) return known;
    const made = { ...range(part), size: part.size, parent: part.parent && partOf(part.parent) };
    parts.set(part, made);
    return made;
  };
  const original = (statement: Statement): Statement => {
    const moved = { ...statement, ...range(statement) };
    if (moved.kind === 'source' || moved.removal === undefined) return moved;
    return { ...moved, removal: { ...range(moved.removal), part: partOf(moved.removal.part) } };
  };
  return { text: text.replaceAll('\0', ''), original };
}
