import { skipMatched } from './expansion.ts';
import { type ShellSource, Unclosed } from './source.ts';
import { readWord } from './word.ts';

const reserved = /(?:[a-z]+|[{}!]|\]\])(?=[ \t\n;&|()<>]|\\\n|$)/y;
const closing = new Set(['then', 'do', 'done', 'fi', 'esac', 'elif', 'else', '}']);

/** The word at the position, should the shell take it for more than a word where a command could begin. */
export function reservedWord(source: ShellSource): string | undefined {
  return source.match(reserved);
}

export function takeReserved(source: ShellSource, word: string): boolean {
  if (reservedWord(source) !== word) return false;
  source.position += word.length;
  return true;
}

/** Whether a list of commands ends here, at the end of the text or at what closes something. */
export function atClosing(source: ShellSource, inForeach: boolean): boolean {
  if (source.position >= source.text.length) return true;
  const code = source.code();
  if (code === 0x29) return true;
  if (code === 0x3b) return ';&|'.includes(source.text[source.position + 1] ?? ' ');
  const word = reservedWord(source);
  return word !== undefined && (closing.has(word) || (inForeach && word === 'end'));
}

/** After `[[`, up to and with `]]`. */
export function readCondition(source: ShellSource, at: number): void {
  for (;;) {
    const before = source.position;
    source.skipBlanks();
    // In `(#i)` no comment begins.
    if (source.position > before) source.skipComment();
    if (source.takeNewline()) source.skipLines();
    if (takeReserved(source, ']]')) return;
    if (source.position >= source.text.length) throw new Unclosed(at);
    const { start, end } = readWord(source, false);
    if (start === end) source.position += 1;
  }
}

/** What stands before the commands of a case, with its parenthesis; false where it never comes. */
export function readCasePattern(source: ShellSource): boolean {
  const at = source.position;
  if (source.take('(') && source.dialect === 'zsh') {
    skipMatched(source, at, 0x28, 0x29);
    // zsh takes `(a|b)*)` for a group at the beginning of a pattern.
    if (/[\s;]/.test(source.text[source.position] ?? ' ')) return true;
  }
  do {
    source.skipBlanks();
    readWord(source, false);
    source.skipBlanks();
  } while (source.take('|'));
  return source.take(')');
}
