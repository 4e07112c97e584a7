import { type ShellSource, Unclosed } from './source.ts';

const [backslash, singleQuote, doubleQuote, backtick, dollar] = [0x5c, 0x27, 0x22, 0x60, 0x24];
const [leftParenthesis, rightParenthesis, leftBrace, rightBrace] = [0x28, 0x29, 0x7b, 0x7d];
const [leftBracket, rightBracket] = [0x5b, 0x5d];

/** What of `$` begins an expansion when a name, a digit or a sign follows; any other `$` is just that. */
const variable = { bash: /\$[A-Za-z0-9_@*#?$!-]/y, zsh: /\$[A-Za-z0-9_@*#?$!+^=~-]/y };

/** Reads an expansion that begins with `$`; false, nothing read, where the `$` is just that. Quotes are not its matter. */
export function readDollar(source: ShellSource, inDoubleQuotes: boolean): boolean {
  const at = source.position;
  const next = source.code(1);
  if (next === leftParenthesis) readDollarParenthesis(source);
  else if (next === leftBrace) source.nested(at, () => readParameter(source, inDoubleQuotes));
  else if (next === leftBracket) {
    source.position += 2;
    source.nested(at, () => skipMatched(source, at, leftBracket, rightBracket));
  } else {
    const found = source.match(variable[source.dialect]);
    if (found === undefined) return false;
    source.position += found.length;
  }
  return true;
}

/** `$((…))` where that can be, else `$(…)`. */
function readDollarParenthesis(source: ShellSource): void {
  const at = source.position;
  source.position += 2;
  if (source.code() === leftParenthesis && readArithmetic(source)) return;
  source.nested(at, () => source.readSubstitution());
  if (!source.take(')')) throw new Unclosed(at);
}

/** At the second of two parentheses: up to and with `))`; false, nothing read, where these are two subshells. */
export function readArithmetic(source: ShellSource): boolean {
  const at = source.position;
  const found = source.attempt(() => {
    source.position += 1;
    source.nested(at, () => skipMatched(source, at, leftParenthesis, rightParenthesis));
    return source.take(')') || undefined;
  });
  return found ?? false;
}

/** `<(…)`, `>(…)` and zsh's `=(…)`. */
export function readProcessSubstitution(source: ShellSource): void {
  const at = source.position;
  source.position += 2;
  source.nested(at, () => source.readSubstitution());
  if (!source.take(')')) throw new Unclosed(at);
}

/** `${…}` */
function readParameter(source: ShellSource, inDoubleQuotes: boolean): void {
  const at = source.position;
  // Within double quotes bash, and bash alone, still wants single quotes to be closed.
  const singleQuotes = source.dialect === 'bash' || !inDoubleQuotes;
  const countsBraces = source.dialect === 'zsh' && !inDoubleQuotes;
  let open = 1;
  source.position += 2;
  for (;;) {
    const code = source.code();
    if (Number.isNaN(code)) throw new Unclosed(at);
    if (code === rightBrace) open -= 1;
    if (code === leftBrace && countsBraces) open += 1;
    if (open === 0) break;
    if (code === singleQuote && !singleQuotes) source.position += 1;
    else skipPiece(source, code, inDoubleQuotes);
  }
  source.position += 1;
}

/** From after the opening one to after the one that closes it. */
export function skipMatched(source: ShellSource, at: number, opening: number, closing: number): void {
  let open = 1;
  for (;;) {
    const code = source.code();
    if (Number.isNaN(code)) throw new Unclosed(at);
    if (code === opening) open += 1;
    if (code === closing) open -= 1;
    if (open === 0) break;
    skipPiece(source, code, false);
  }
  source.position += 1;
}

/** One character, or what it opens. */
function skipPiece(source: ShellSource, code: number, inDoubleQuotes: boolean): void {
  if (code === backslash) source.position += 2;
  else if (code === singleQuote) skipSingleQuotes(source);
  else if (code === doubleQuote) skipDoubleQuotes(source);
  else if (code === backtick) skipBackticks(source);
  else if (code === dollar) skipDollar(source, inDoubleQuotes);
  else source.position += 1;
}

function skipDollar(source: ShellSource, inDoubleQuotes: boolean): void {
  if (source.code(1) === singleQuote && !inDoubleQuotes) skipEscapedQuotes(source);
  else if (!readDollar(source, inDoubleQuotes)) source.position += 1;
}

/** `'…'` */
export function skipSingleQuotes(source: ShellSource): void {
  const end = source.text.indexOf("'", source.position + 1);
  if (end === -1) throw new Unclosed(source.position);
  source.position = end + 1;
}

/** `$'…'` */
export function skipEscapedQuotes(source: ShellSource): void {
  skipUpTo(source, 2, singleQuote);
}

export function skipBackticks(source: ShellSource): void {
  skipUpTo(source, 1, backtick);
}

function skipUpTo(source: ShellSource, opening: number, closing: number): void {
  const at = source.position;
  source.position += opening;
  for (let code = source.code(); code !== closing; code = source.code()) {
    if (Number.isNaN(code)) throw new Unclosed(at);
    source.position += code === backslash ? 2 : 1;
  }
  source.position += 1;
}

/** `"…"`. What stands between expansions is given to `text` as it is written, each expansion to `expansion`. */
export function skipDoubleQuotes(
  source: ShellSource,
  text?: (start: number, end: number) => void,
  expansion?: (start: number, end: number) => void,
): void {
  const at = source.position;
  source.position += 1;
  let start = source.position;
  for (let code = source.code(); code !== doubleQuote; code = source.code()) {
    const before = source.position;
    if (Number.isNaN(code)) throw new Unclosed(at);
    if (code === backslash) source.position += 2;
    else if (code === backtick) skipBackticks(source);
    else if (code !== dollar || !readDollar(source, true)) source.position += 1;
    if ((code === dollar && source.position > before + 1) || code === backtick) {
      text?.(start, before);
      expansion?.(before, source.position);
      start = source.position;
    }
  }
  text?.(start, source.position);
  source.position += 1;
}
