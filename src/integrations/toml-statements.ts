/** A line, or several, of a TOML file: a table's header or a pair (https://toml.io/en/v1.0.0). */
export interface TomlStatement {
  readonly kind: 'header' | 'pair';
  /** All names that lead there from the root: for a pair those of its table and its own. */
  readonly path: readonly string[];
  /** A pair before the first header. */
  readonly isTop: boolean;
  /** Whole lines, their ending included. */
  readonly start: number;
  readonly end: number;
  /** Counted from 1. */
  readonly line: number;
}

/** The statements of a text that is known to be TOML, without its byte-order mark. */
export function tomlStatements(text: string): TomlStatement[] {
  const statements: TomlStatement[] = [];
  let table: readonly string[] = [];
  let isTop = true;
  let line = 1;
  for (let start = 0; start < text.length; ) {
    const at = start + (/^[ \t]*/.exec(text.slice(start, start + 1000))?.[0].length ?? 0);
    const isBlank = at >= text.length || '#\r\n'.includes(text[at] ?? '');
    const isHeader = text[at] === '[';
    const end = isBlank || isHeader ? lineEnd(text, at) : pairEnd(text, at);
    if (isHeader) {
      isTop = false;
      table = keyAt(text, text[at + 1] === '[' ? at + 2 : at + 1);
      statements.push({ kind: 'header', path: table, isTop, start, end, line });
    } else if (!isBlank) {
      statements.push({ kind: 'pair', path: [...table, ...keyAt(text, at)], isTop, start, end, line });
    }
    line += text.slice(start, end).split('\n').length - 1;
    start = end;
  }
  return statements;
}

const part = /[ \t]*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))[ \t]*(\.?)/y;

/** The names of a dotted key. */
function keyAt(text: string, from: number): string[] {
  const names: string[] = [];
  part.lastIndex = from;
  for (let match = part.exec(text); match; match = match[4] ? part.exec(text) : null) {
    const [, basic, literal, bare] = match;
    names.push(basic === undefined ? (literal ?? bare ?? '') : unescaped(basic));
  }
  return names;
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    // TOML has an escape or two that JSON has not; no name of ours needs one.
    return text;
  }
}

const strings = [
  /"""[\s\S]*?(?<!\\)(?:\\\\)*"""+/y,
  /'''[\s\S]*?'''+/y,
  /"(?:[^"\\\n]|\\.)*"/y,
  /'[^'\n]*'/y,
];

/** Where the lines of a pair end: at the first line ending outside of strings and brackets. */
function pairEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const character = text[at] ?? '';
    if (character === '#') at = lineEnd(text, at) - (text[lineEnd(text, at) - 1] === '\n' ? 1 : 0);
    else if (character === '\n' && depth === 0) return at + 1;
    else {
      if ('[{'.includes(character)) depth += 1;
      if (']}'.includes(character)) depth -= 1;
      at = '"\''.includes(character) ? stringEnd(text, at) : at + 1;
    }
  }
  return text.length;
}

function stringEnd(text: string, at: number): number {
  for (const pattern of strings) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  return at + 1;
}

function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}
