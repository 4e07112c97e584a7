export interface HereDocument {
  /** Where its operator stands. */
  readonly at: number;
  readonly delimiter: string;
  /** A quoted delimiter: every backslash of the body is itself. */
  readonly quoted: boolean;
  /** `<<-` */
  readonly stripsTabs: boolean;
  /** In bash a `)` may follow the delimiter on its line when the here-document stands in `$(…)`. */
  readonly endsBeforeParenthesis: boolean;
}

interface Line {
  readonly start: number;
  /** Where its line ending stands. */
  readonly end: number;
  /** Its text with the lines that it continues onto; `undefined` while it is the text from `start` to `end`. */
  readonly joined: string | undefined;
}

/** Where the body that begins at `start` ends, after its delimiter; `undefined` when the delimiter never comes. */
export function readHereDocument(text: string, start: number, document: HereDocument): number | undefined {
  let position = start;
  while (position < text.length) {
    const line = document.quoted ? plainLine(text, position) : continuedLine(text, position);
    const found = endAt(text, line, document);
    if (found !== undefined) return found;
    position = line.end + 1;
  }
  return undefined;
}

function plainLine(text: string, start: number): Line {
  const end = text.indexOf('\n', start);
  return { start, end: end === -1 ? text.length : end, joined: undefined };
}

function continuedLine(text: string, start: number): Line {
  let line = plainLine(text, start);
  const pieces: string[] = [];
  while (line.end < text.length && endsInBackslash(text, line)) {
    pieces.push(text.slice(line.start, line.end - 1));
    line = plainLine(text, line.end + 1);
  }
  if (pieces.length === 0) return line;
  return { start, end: line.end, joined: pieces.join('') + text.slice(line.start, line.end) };
}

function endsInBackslash(text: string, line: Line): boolean {
  let first = line.end;
  while (first > line.start && text.charCodeAt(first - 1) === 0x5c) first -= 1;
  return (line.end - first) % 2 === 1;
}

function endAt(text: string, line: Line, document: HereDocument): number | undefined {
  const { delimiter } = document;
  const [source, start, end] =
    line.joined === undefined ? [text, line.start, line.end] : [line.joined, 0, line.joined.length];
  const first = document.stripsTabs ? afterTabs(source, start, end) : start;
  if (!source.startsWith(delimiter, first)) return undefined;
  if (first + delimiter.length === end) return Math.min(line.end + 1, text.length);
  if (!document.endsBeforeParenthesis || line.joined !== undefined) return undefined;
  return text.slice(first + delimiter.length, end).includes(')') ? first + delimiter.length : undefined;
}

function afterTabs(text: string, start: number, end: number): number {
  let position = start;
  while (position < end && text.charCodeAt(position) === 0x09) position += 1;
  return position;
}
