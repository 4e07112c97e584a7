import { MegallmError } from '../errors.ts';
import { bom, removeSpan, replaceSpan } from './text-lines.ts';

/**
 * Our one block of lines in somebody else's file, between two whole-line markers.
 * Texts hold one character for each byte (latin1).
 */
const opening = '# >>> megallm >>>';
const closing = '# <<< megallm <<<';

export interface Block {
  readonly start: number;
  readonly end: number;
}

/** `body`: whole lines that end in LF. `newline`: what the lines of the block end in. */
export function drawBlock(body: string, newline: '\n' | '\r\n'): string {
  return `${opening}\n${body}${closing}\n`.replaceAll('\n', newline);
}

/** One line that is a marker, whatever it means where it stands. */
export interface Marker extends Block {
  readonly opens: boolean;
}

/** How long a marker is, without the ending of its line. */
export const markerLength = opening.length;

/** Every line that is a marker, in order. */
export function findMarkers(text: string): Marker[] {
  return [...markersLike(text, opening), ...markersLike(text, closing)].sort(
    (left, right) => left.start - right.start,
  );
}

/** The blocks between the markers. Throws `unparsable` with the line of a marker whose other one is missing. */
export function blocksBetween(markers: readonly Marker[], text: string, path: string): Block[] {
  const blocks: Block[] = [];
  let open: number | undefined;
  for (const { start, end, opens } of markers) {
    if (opens === (open !== undefined)) throw halfBlock(text, path, open ?? start);
    if (open !== undefined) blocks.push({ start: open, end });
    open = opens ? start : undefined;
  }
  if (open !== undefined) throw halfBlock(text, path, open);
  return blocks;
}

/** The text with `block` (drawn) where the first block stands, else at the top behind `head`, and no other block. */
export function putBlock(text: string, blocks: readonly Block[], block: string, head = 0): string {
  const [first, ...others] = blocks;
  const single = removeBlocks(text, others);
  if (first)
    return replaceSpan(
      single,
      first.start,
      first.end,
      withEnding(block, single.slice(first.start, first.end)),
    );
  return insertAtTop(single, block, head);
}

export function removeBlocks(text: string, blocks: readonly Block[]): string {
  return blocks.toReversed().reduce((rest, { start, end }) => removeSpan(rest, start, end), text);
}

/** Below a shebang line or behind `head` characters, and else before everything. */
function insertAtTop(text: string, block: string, head: number): string {
  if (!text.startsWith('#!')) return text.slice(0, head) + block + text.slice(head);
  const newline = text.indexOf('\n');
  if (newline < 0) return `${text}\n${withEnding(block, '')}`;
  return text.slice(0, newline + 1) + block + text.slice(newline + 1);
}

/** A block that ended its file without a newline goes on doing so. */
function withEnding(block: string, old: string): string {
  return old.endsWith('\n') ? block : block.replace(/\r?\n$/, '');
}

function markersLike(text: string, marker: string): Marker[] {
  const found: Marker[] = [];
  for (let start = text.indexOf(marker); start >= 0; start = text.indexOf(marker, start + 1)) {
    const end = lineEnd(text, start + marker.length);
    if (beginsLine(text, start) && end !== undefined) found.push({ start, end, opens: marker === opening });
  }
  return found;
}

function beginsLine(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n' || (at === bom.length && text.startsWith(bom));
}

/** Where the line ends when nothing but its ending comes at `at`. */
function lineEnd(text: string, at: number): number | undefined {
  if (at === text.length || text[at] === '\n') return Math.min(text.length, at + 1);
  return text.startsWith('\r\n', at) ? at + 2 : undefined;
}

function halfBlock(text: string, path: string, at: number): MegallmError {
  const line = text.slice(0, at).split('\n').length;
  return new MegallmError(
    'unparsable',
    `${path}:${line} is one end of a megallm block whose other end is missing.`,
    [`Delete what is left of the block in ${path}, and run the command again.`],
  );
}
