/** A string of a PowerShell script. */
export interface StringContent {
  /** Behind its last quote; the end of the text when it is never closed. */
  readonly end: number;
  readonly closed: boolean;
  /** Its content, escapes decoded, variables as they are written. */
  readonly text: string;
  /** Whether it holds no variables and subexpressions. */
  readonly literal: boolean;
}

const escapes: Readonly<Record<string, string | undefined>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** What a quote is, and how many bytes it has: PowerShell takes typographic ones, here in UTF-8, for plain ones. */
export function quoteAt(text: string, position: number): { sign: "'" | '"'; length: number } | undefined {
  const code = text.charCodeAt(position);
  if (code === 0x27) return { sign: "'", length: 1 };
  if (code === 0x22) return { sign: '"', length: 1 };
  if (code !== 0xe2 || text.charCodeAt(position + 1) !== 0x80) return undefined;
  const last = text.charCodeAt(position + 2);
  if (last >= 0x98 && last <= 0x9b) return { sign: "'", length: 3 };
  return last >= 0x9c && last <= 0x9e ? { sign: '"', length: 3 } : undefined;
}

/** `'…'`, in which only a doubled quote stands for something else: itself. */
export function readSingleQuoted(text: string, start: number): StringContent {
  let position = start + (quoteAt(text, start)?.length ?? 1);
  let content = '';
  let from = position;
  while (position < text.length) {
    const quote = quoteAt(text, position);
    if (quote?.sign !== "'") {
      position += 1;
      continue;
    }
    content += text.slice(from, position);
    from = position + quote.length;
    const second = quoteAt(text, from);
    if (second?.sign !== "'") return { end: from, closed: true, text: content, literal: true };
    position = from + second.length;
  }
  return { end: text.length, closed: false, text: content, literal: false };
}

/** `"…"`. `skipSubexpression` goes from a `$(` to behind what closes it. */
export function readDoubleQuoted(
  text: string,
  start: number,
  skipSubexpression: (position: number) => number,
): StringContent {
  let position = start + (quoteAt(text, start)?.length ?? 1);
  let content = '';
  let literal = true;
  while (position < text.length) {
    const from = position;
    const quote = quoteAt(text, position);
    if (quote?.sign === '"') {
      position += quote.length;
      const second = quoteAt(text, position);
      if (second?.sign !== '"') return { end: position, closed: true, text: content, literal };
      position += second.length;
      content += text.slice(from + quote.length, position);
    } else if (text[position] === '`') {
      position += 2;
      const decoded = escapes[text[position - 1] ?? ''];
      // `u{…} is the one escape of more than one character.
      literal &&= !/^u\{/.test(text.slice(position - 1, position + 1));
      content += decoded ?? text.slice(position - 1, position);
    } else {
      const isVariable = text[position] === '$' && /[A-Za-z0-9_{(?$^:]/.test(text[position + 1] ?? '');
      position = isVariable && text[position + 1] === '(' ? skipSubexpression(position) : position + 1;
      literal &&= !isVariable;
      content += text.slice(from, position);
    }
  }
  return { end: text.length, closed: false, text: content, literal: false };
}

const hereStart = /@(?:'|"|\xe2\x80[\x98-\x9e])[ \t]*\r?\n/y;
const hereEnd = { "'": /\r?\n(?:'|\xe2\x80[\x98-\x9b])@/g, '"': /\r?\n(?:"|\xe2\x80[\x9c-\x9e])@/g };

/** `@'…'@` and `@"…"@`, with their quotes on lines of their own; `undefined` where none begins. */
export function readHereString(text: string, start: number): StringContent | undefined {
  hereStart.lastIndex = start;
  const head = hereStart.exec(text)?.[0];
  const sign = quoteAt(text, start + 1)?.sign;
  if (head === undefined || sign === undefined) return undefined;
  const expression = hereEnd[sign];
  const from = start + head.length;
  expression.lastIndex = from - (head.endsWith('\r\n') ? 2 : 1);
  const found = expression.exec(text);
  if (found === null) return { end: text.length, closed: false, text: '', literal: false };
  const content = text.slice(from, Math.max(from, found.index));
  const literal = sign === "'" || !/[$`]/.test(content);
  return { end: found.index + found[0].length, closed: true, text: content, literal };
}
