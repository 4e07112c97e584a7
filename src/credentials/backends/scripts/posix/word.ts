import { readArray } from './array.ts';
import { classes, type Word } from './characters.ts';
import { decodeEscapes } from './escapes.ts';
import {
  readDollar,
  readProcessSubstitution,
  skipBackticks,
  skipDoubleQuotes,
  skipEscapedQuotes,
  skipMatched,
  skipSingleQuotes,
} from './expansion.ts';
import type { ShellSource } from './source.ts';

const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const beforeArray = /^[A-Za-z_][A-Za-z0-9_]*\+?=$/;
const assigns = /\+?=/y;
export const numericRange = /<[0-9]*-[0-9]*>/y;

/** Reads the word at the position, which is empty where no word begins. `assigns`: an assignment may stand here. */
export function readWord(source: ShellSource, mayAssign: boolean): Word {
  return new WordReader(source).read(mayAssign);
}

class WordReader {
  readonly #source: ShellSource;
  readonly #start: number;
  #text = '';
  #bare: number | undefined;
  #literal = true;
  #quoted = false;
  #tilde = false;
  #braces = false;
  #array = false;
  #subscript = false;

  constructor(source: ShellSource) {
    this.#source = source;
    this.#start = source.position;
  }

  read(mayAssign: boolean): Word {
    if (mayAssign) this.#readSubscript();
    while (this.#readRun() || this.#readSpecial(mayAssign));
    return {
      start: this.#start,
      end: this.#source.position,
      text: this.#text,
      bare: this.#bare ?? this.#text.length,
      literal: this.#literal,
      quoted: this.#quoted,
      tilde: this.#tilde,
      braces: this.#braces,
      array: this.#array,
      subscript: this.#subscript,
    };
  }

  /** Ordinary characters, up to one that ends the word or means something. */
  #readRun(): boolean {
    const source = this.#source;
    const { text, position } = source;
    const table = classes[source.dialect];
    let end = position;
    while (end < text.length && !table[text.charCodeAt(end)]) end += 1;
    if (end === position) return false;
    this.#append(position, end);
    source.position = end;
    return true;
  }

  /** False where the word ends. */
  #readSpecial(mayAssign: boolean): boolean {
    const source = this.#source;
    switch (source.text[source.position]) {
      case '\\':
        return this.#readBackslash();
      case "'":
        this.#readSingleQuotes();
        return true;
      case '"':
        this.#readDoubleQuotes();
        return true;
      case '`':
        this.#expansion(() => skipBackticks(source));
        return true;
      case '$':
        this.#readDollar();
        return true;
      case '<':
      case '>':
        return this.#readAngle();
      case '(':
        return this.#readParenthesis(mayAssign);
      case '~':
      case '{':
      case '=':
        this.#readMark();
        return true;
      default:
        return false;
    }
  }

  #readBackslash(): boolean {
    const source = this.#source;
    source.position += 2;
    if (source.text[source.position - 1] === '\n') return true;
    this.#quote();
    source.position = Math.min(source.position, source.text.length);
    this.#append(source.position - 1, source.position);
    return true;
  }

  #readSingleQuotes(): void {
    this.#quote();
    const start = this.#source.position + 1;
    skipSingleQuotes(this.#source);
    this.#append(start, this.#source.position - 1);
  }

  #readDoubleQuotes(): void {
    this.#quote();
    const { text } = this.#source;
    skipDoubleQuotes(
      this.#source,
      (start, end) => {
        this.#text += text
          .slice(start, end)
          .replace(/\\([$`"\\]|\n)/g, (_, escaped) => (escaped === '\n' ? '' : escaped));
      },
      (start, end) => {
        this.#literal = false;
        this.#append(start, end);
      },
    );
  }

  #readDollar(): void {
    const source = this.#source;
    const next = source.code(1);
    if (next === 0x27) {
      this.#quote();
      const start = source.position + 2;
      skipEscapedQuotes(source);
      const decoded = decodeEscapes(source.text.slice(start, source.position - 1), source.dialect);
      this.#literal &&= decoded !== undefined;
      if (decoded === undefined) this.#append(start, source.position - 1);
      else this.#text += decoded;
    } else if (next === 0x22 && source.dialect === 'bash') {
      source.position += 1;
      this.#readDoubleQuotes();
    } else {
      const start = source.position;
      if (readDollar(source, false)) this.#expansion(() => {}, start);
      else this.#append(start, ++source.position);
    }
  }

  /** A process substitution or one of zsh's ranges; any other `<` and `>` ends the word. */
  #readAngle(): boolean {
    const source = this.#source;
    if (source.code(1) === 0x28) this.#expansion(() => readProcessSubstitution(source));
    else {
      const range = source.dialect === 'zsh' ? source.match(numericRange) : undefined;
      if (range === undefined) return false;
      this.#append(source.position, source.position + range.length);
      source.position += range.length;
    }
    return true;
  }

  /** An array, or a group of a pattern; any other parenthesis ends the word. */
  #readParenthesis(mayAssign: boolean): boolean {
    const source = this.#source;
    if (mayAssign && this.#bare === undefined && (this.#subscript || beforeArray.test(this.#text))) {
      this.#array = true;
      this.#expansion(() => readArray(source, readWord));
      return true;
    }
    const before = source.text[source.position - 1] ?? '';
    const group =
      source.dialect === 'zsh'
        ? source.code(1) !== 0x29
        : this.#start < source.position && '?*+@!'.includes(before);
    if (!group) return false;
    const start = source.position;
    const end = source.attempt(() => {
      source.position += 1;
      skipMatched(source, start, 0x28, 0x29);
      return source.position;
    });
    source.position = end ?? start + 1;
    this.#append(start, source.position);
    return true;
  }

  /** What the shell may put something else in place of, depending on where it stands. */
  #readMark(): void {
    const source = this.#source;
    const before = source.text[source.position - 1] ?? '';
    const character = source.text[source.position];
    if (character === '{') this.#braces = true;
    else if (source.position === this.#start || '=:'.includes(before)) this.#tilde = true;
    this.#append(source.position, ++source.position);
  }

  #readSubscript(): void {
    const source = this.#source;
    const start = source.position;
    const found = source.match(name);
    if (found === undefined || source.code(found.length) !== 0x5b) return;
    const end = source.attempt(() => {
      source.position += found.length + 1;
      skipMatched(source, start, 0x5b, 0x5d);
      const sign = source.match(assigns);
      return sign === undefined ? undefined : source.position + sign.length;
    });
    if (end === undefined) return;
    source.position = end;
    this.#subscript = true;
    this.#append(start, end);
  }

  #quote(): void {
    this.#quoted = true;
    this.#bare ??= this.#text.length;
  }

  #expansion(skip: () => void, start = this.#source.position): void {
    this.#bare ??= this.#text.length;
    this.#literal = false;
    skip();
    this.#append(start, this.#source.position);
  }

  #append(start: number, end: number): void {
    this.#text += this.#source.text.slice(start, end);
  }
}
