/** One assignment in a `.env` file; offsets are in characters, which are bytes when the text was read as latin1. */
export interface DotenvAssignment {
  readonly name: string;
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
  /** The whole of its lines, with the line ending of the last. */
  readonly start: number;
  readonly end: number;
  /** The name, the sign and the value as written, without a comment or blanks around them. */
  readonly coreStart: number;
  readonly coreEnd: number;
}

/** What stands on the lines from one offset to another: an assignment by `=`, or anything else that has an extent. */
type Read = DotenvAssignment | { readonly end: number };

const head = /^(?:\xef\xbb\xbf)?[ \t]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*(=)[ \t]*|:[ \t]+)/;

/**
 * The assignments of a `.env` file, as the common parsers agree on them: comments, `export`, quotes, values of several
 * lines. A quote that nothing closes counts as a character of its line. `NAME: value` is passed over: not all read it.
 */
export function readDotenv(text: string): DotenvAssignment[] {
  const found: DotenvAssignment[] = [];
  let line = 1;
  for (let start = 0; start < text.length; ) {
    const read = readEntry(text, start, line);
    if ('name' in read) found.push(read);
    line += countNewlines(text, start, read.end);
    start = read.end;
  }
  return found;
}

function readEntry(text: string, start: number, line: number): Read {
  const lineEnd = endOfLine(text, start);
  const match = head.exec(text.slice(start, Math.min(lineEnd, start + 4096)));
  if (!match?.[1]) return { end: lineEnd };
  const valueStart = start + match[0].length;
  const { value, valueEnd, end } = readQuoted(text, valueStart) ?? readPlain(text, valueStart, lineEnd);
  if (match[2] === undefined) return { end };
  const coreStart = start + match[0].lastIndexOf(match[1]);
  return {
    name: match[1],
    value,
    line,
    start: start + bomLength(text, start),
    end,
    coreStart,
    coreEnd: valueEnd,
  };
}

function readPlain(
  text: string,
  start: number,
  lineEnd: number,
): { value: string; valueEnd: number; end: number } {
  const line = text.slice(start, lineEnd);
  let end = commentStart(line) ?? line.length;
  while (end > 0 && ' \t\r\n\f\v'.includes(line.charAt(end - 1))) end -= 1;
  return { value: line.slice(0, end), valueEnd: start + end, end: lineEnd };
}

/** Regular expressions would take the square of the blanks in a line, and trim bytes of UTF-8 characters for blanks. */
function commentStart(line: string): number | undefined {
  for (let at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
    if (at === 0 || line[at - 1] === ' ' || line[at - 1] === '\t') return at;
  }
  return undefined;
}

/** A quoted value counts as one only when nothing but a comment follows its closing quote. */
function readQuoted(
  text: string,
  start: number,
): { value: string; valueEnd: number; end: number } | undefined {
  const closing = closingQuote(text, start);
  if (closing === undefined) return undefined;
  const end = endOfLine(text, closing + 1);
  if (!/^[ \t]*(#.*)?\r?\n?$/s.test(text.slice(closing + 1, end))) return undefined;
  return { value: text.slice(start + 1, closing), valueEnd: closing + 1, end };
}

function closingQuote(text: string, start: number): number | undefined {
  const quote = text.charAt(start);
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined;
  let at = text.indexOf(quote, start + 1);
  while (at > 0 && text[at - 1] === '\\') at = text.indexOf(quote, at + 1);
  return at < 0 ? undefined : at;
}

/** A byte-order mark belongs to the file, not to its first line. */
function bomLength(text: string, start: number): number {
  return start === 0 && text.startsWith('\xef\xbb\xbf') ? 3 : 0;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline + 1;
}

function countNewlines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
