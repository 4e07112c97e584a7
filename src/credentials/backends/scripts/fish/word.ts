import type { Range } from '../statement.ts';
import { decodeFishEscape } from './escapes.ts';

export interface FishWord extends Range {
  /** The word without its quotes, its expansions as they are written. */
  readonly text: string;
  /** Whether fish takes the word for `text`. */
  readonly literal: boolean;
  /** How much of `text` stands before anything that is quoted or expanded. */
  readonly bare: number;
  /** Where what the text ends before it is closed begins; the word then goes on to the end. */
  readonly unclosedAt: number | undefined;
}

interface Open {
  readonly sign: '"' | '(' | '[' | '{';
  readonly at: number;
}

const [ends, opens] = [1, 2];
const table = new Uint8Array(256);
for (const character of ' \t\n\r;|<>&)') table[character.charCodeAt(0)] = ends;
for (const character of '\\\'"$([{*?~%') table[character.charCodeAt(0)] = opens;

/** A `#` begins a comment within parentheses where a word could begin. */
const beforeComment = /[ \t\r\n();|&]/;

/** Reads the word at the position, which is empty where none begins. It never looks at a character twice. */
export function readFishWord(text: string, start: number): FishWord {
  return new FishWordReader(text, start).read();
}

class FishWordReader {
  readonly #text: string;
  readonly #start: number;
  #position: number;
  #value = '';
  #literal = true;
  #bare: number | undefined;
  #unclosedAt: number | undefined;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#start = start;
    this.#position = start;
  }

  read(): FishWord {
    while (this.#readRun() || this.#readSpecial());
    return {
      start: this.#start,
      end: this.#position,
      text: this.#value,
      literal: this.#literal,
      bare: this.#bare ?? this.#value.length,
      unclosedAt: this.#unclosedAt,
    };
  }

  #readRun(): boolean {
    const text = this.#text;
    let end = this.#position;
    while (end < text.length && !table[text.charCodeAt(end)]) end += 1;
    if (end === this.#position) return false;
    this.#value += text.slice(this.#position, end);
    this.#position = end;
    return true;
  }

  /** False where the word ends. */
  #readSpecial(): boolean {
    const character = this.#text[this.#position] ?? ' ';
    if (character === '&') return this.#readAmpersand();
    if (table[character.charCodeAt(0)] !== opens) return false;
    if (character === '\\') this.#readBackslash();
    else if (character === "'") this.#readSingleQuotes();
    else if (character === '"') this.#readDoubleQuotes();
    else if (character === '[' && this.#position === this.#start) this.#take(1);
    else if ('([{'.includes(character)) this.#readNested();
    else {
      // What these stand for depends on where they are and on fish's version, so that their value is not known.
      const marks =
        character === '$' || character === '*' || character === '?' || this.#position === this.#start;
      if (marks) this.#expansion();
      this.#take(1);
    }
    return true;
  }

  /** Within a word `&` is itself, unless the word ends behind it. */
  #readAmpersand(): boolean {
    const next = this.#text[this.#position + 1] ?? '\n';
    if (this.#position === this.#start || /[ \t\r\n;|<>&)]/.test(next)) return false;
    this.#take(1);
    return true;
  }

  #readBackslash(): void {
    const decoded = decodeFishEscape(this.#text, this.#position);
    if (decoded.value !== '') this.#bare ??= this.#value.length;
    this.#literal &&= decoded.value !== undefined;
    this.#value += decoded.value ?? this.#text.slice(this.#position, decoded.end);
    this.#position = decoded.end;
  }

  #readSingleQuotes(): void {
    const start = this.#position;
    this.#bare ??= this.#value.length;
    const end = afterQuotes(this.#text, start, "'");
    this.#position = end ?? this.#text.length;
    if (end === undefined) this.#unclosedAt = start;
    else this.#value += this.#text.slice(start + 1, end - 1).replace(/\\([\\'])/g, '$1');
  }

  #readDoubleQuotes(): void {
    const start = this.#position;
    this.#bare ??= this.#value.length;
    this.#skip();
    if (this.#unclosedAt !== undefined) return;
    const inside = this.#text.slice(start + 1, this.#position - 1);
    if (/(?:^|[^\\])(?:\\\\)*\$/.test(inside)) this.#literal = false;
    this.#value += inside.replace(/\\([\\"$]|\n)/g, (_, escaped) => (escaped === '\n' ? '' : escaped));
  }

  /** `(…)`, `{…}` and, behind something else, `[…]`. */
  #readNested(): void {
    this.#expansion();
    const start = this.#position;
    this.#skip();
    this.#value += this.#text.slice(start, this.#position);
  }

  /** Goes to the end of what begins at the position, however deep it is. */
  #skip(): void {
    const text = this.#text;
    const open: Open[] = [];
    do {
      const character = text[this.#position];
      if (character === undefined) {
        this.#unclosedAt = open.at(-1)?.at;
        return;
      }
      if (character === '\\') this.#position += 2;
      else if (open.at(-1)?.sign === '"') this.#skipInQuotes(open, character);
      else this.#skipInCode(open, character);
    } while (open.length > 0);
    this.#position = Math.min(this.#position, text.length);
  }

  #skipInQuotes(open: Open[], character: string): void {
    const at = this.#position;
    this.#position += 1;
    if (character === '"') open.pop();
    else if (character === '$' && this.#text[this.#position] === '(') {
      this.#position += 1;
      open.push({ sign: '(', at });
    }
  }

  #skipInCode(open: Open[], character: string): void {
    const at = this.#position;
    this.#position += 1;
    const innermost = open.at(-1)?.sign;
    if (character === '"' || character === '(' || character === '[' || character === '{') {
      open.push({ sign: character, at });
    } else if (character === "'") {
      const end = afterQuotes(this.#text, at, "'");
      if (end === undefined) open.push({ sign: '"', at });
      this.#position = end ?? this.#text.length;
    } else if (character === ')') closeParenthesis(open);
    else if ((character === ']' && innermost === '[') || (character === '}' && innermost === '{')) open.pop();
    else if (character === '#' && innermost === '(' && beforeComment.test(this.#text[at - 1] ?? ' ')) {
      const end = this.#text.indexOf('\n', at);
      this.#position = end === -1 ? this.#text.length : end;
    }
  }

  #expansion(): void {
    this.#bare ??= this.#value.length;
    this.#literal = false;
  }

  #take(count: number): void {
    this.#value += this.#text.slice(this.#position, this.#position + count);
    this.#position += count;
  }
}

function afterQuotes(text: string, start: number, quote: string): number | undefined {
  let position = start + 1;
  while (position < text.length && text[position] !== quote) position += text[position] === '\\' ? 2 : 1;
  return position < text.length ? position + 1 : undefined;
}

/** The parenthesis ends what is open within it too: a `[` there may be a command. */
function closeParenthesis(open: Open[]): void {
  let last = open.pop();
  while (last && last.sign !== '(') last = open.pop();
}
