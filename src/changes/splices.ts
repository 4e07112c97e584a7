import { diffArrays } from 'diff';

/** One place where two versions of a file differ, in whole lines. */
export interface Splice {
  /** Where the place begins, in bytes, in the old and in the new version. */
  readonly oldOffset: number;
  readonly newOffset: number;
  readonly removed: Buffer;
  readonly inserted: Buffer;
}

/** What takes one splice back: so many bytes at an offset of the new version give way to the removed ones. */
export interface ReverseSplice {
  readonly newOffset: number;
  readonly inserted: number;
  readonly removed: Buffer;
}

/** What turns `before` into `after`; none when they are equal. */
export function splicesBetween(before: Buffer, after: Buffer): Splice[] {
  const start = commonStart(before, after);
  const end = commonEnd(before, after, start);
  const removed = before.subarray(start, before.length - end);
  const inserted = after.subarray(start, after.length - end);
  if (removed.length === 0 && inserted.length === 0) return [];
  if (removed.length === 0 || inserted.length === 0) {
    return [{ oldOffset: start, newOffset: start, removed, inserted }];
  }
  return splicesByLine(removed, inserted, start);
}

/** `after` with every splice undone. The offsets must be those of `after` as it is. */
export function undoSplices(after: Buffer, splices: readonly ReverseSplice[]): Buffer {
  const parts: Buffer[] = [];
  let position = 0;
  for (const splice of splices) {
    parts.push(after.subarray(position, splice.newOffset), splice.removed);
    position = splice.newOffset + splice.inserted;
  }
  parts.push(after.subarray(position));
  return Buffer.concat(parts);
}

function splicesByLine(before: Buffer, after: Buffer, start: number): Splice[] {
  const splices: Splice[] = [];
  let [oldOffset, newOffset] = [start, start];
  let open: { removed: Buffer[]; inserted: Buffer[]; oldOffset: number; newOffset: number } | undefined;
  const close = () => {
    if (open)
      splices.push({ ...open, removed: Buffer.concat(open.removed), inserted: Buffer.concat(open.inserted) });
    open = undefined;
  };
  for (const part of diffArrays(lines(before), lines(after))) {
    const bytes = Buffer.from(part.value.join(''), 'latin1');
    if (part.added || part.removed) {
      open ??= { removed: [], inserted: [], oldOffset, newOffset };
      (part.added ? open.inserted : open.removed).push(bytes);
    } else close();
    if (!part.added) oldOffset += bytes.length;
    if (!part.removed) newOffset += bytes.length;
  }
  close();
  return splices;
}

/** Lines with their endings, one character for each byte, so that joining them gives the same bytes back. */
function lines(bytes: Buffer): string[] {
  return bytes.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The length of the start that both have, cut where a line ends in both. */
function commonStart(left: Buffer, right: Buffer): number {
  const limit = Math.min(left.length, right.length);
  let length = 0;
  while (length + block <= limit && sameBlock(left, length, right, length)) length += block;
  while (length < limit && left[length] === right[length]) length += 1;
  if (endsLine(left, length) && endsLine(right, length)) return length;
  return length === 0 ? 0 : left.lastIndexOf(newline, length - 1) + 1;
}

/** The length of the end that both have after their first `start` bytes, cut where a line starts in both. */
function commonEnd(left: Buffer, right: Buffer, start: number): number {
  const limit = Math.min(left.length, right.length) - start;
  let length = 0;
  while (
    length + block <= limit &&
    sameBlock(left, left.length - length - block, right, right.length - length - block)
  ) {
    length += block;
  }
  while (length < limit && left[left.length - 1 - length] === right[right.length - 1 - length]) length += 1;
  if (startsLine(left, left.length - length) && startsLine(right, right.length - length)) return length;
  const next = left.indexOf(newline, left.length - length);
  return next < 0 ? 0 : left.length - next - 1;
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const block = 65_536;

function sameBlock(left: Buffer, leftAt: number, right: Buffer, rightAt: number): boolean {
  return left.compare(right, rightAt, rightAt + block, leftAt, leftAt + block) === 0;
}

function startsLine(bytes: Buffer, offset: number): boolean {
  return offset === 0 || bytes[offset - 1] === newline;
}

/** Whether a line is over at `offset`: after its newline, before it, or at the end of a last line without one. */
function endsLine(bytes: Buffer, offset: number): boolean {
  return (
    startsLine(bytes, offset) ||
    offset === bytes.length ||
    bytes[offset] === newline ||
    bytes[offset] === carriageReturn
  );
}
