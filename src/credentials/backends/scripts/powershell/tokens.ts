import type { Range } from '../statement.ts';
import { quoteAt, readDoubleQuoted, readHereString, readSingleQuoted } from './strings.ts';

type Text<Kind> = Range & { readonly kind: Kind; readonly text: string };

export type Token =
  | (Range & { readonly kind: 'newline' })
  | (Range & { readonly kind: 'end' })
  | Text<'sign'>
  | Text<'open'>
  | Text<'close'>
  | Text<'word'>
  | (Range & { readonly kind: 'string'; readonly text: string; readonly literal: boolean })
  | (Range & { readonly kind: 'variable'; readonly name: string; readonly isEnvironment: boolean });

/** `( … )`, `{ … }` and the like, within a statement. */
export type Group = Range & { readonly kind: 'group'; readonly tokens: readonly StatementToken[] };

export type StatementToken = Exclude<Token, { kind: 'newline' | 'end' | 'open' | 'close' }> | Group;

/** Beyond this many strings within strings reading gives up: no person nests so deep, and the stack is finite. */
const deepest = 100;

const blank = /(?:[ \t\f\v]|`\r?\n)+/y;
const newline = /\r?\n|\r/y;
const opening = /[$@]?\(|@?\{/y;
const sign = /;|\|\|?|&&?|,|(?:\?\?|[-+*/%])?=|(?:[0-9*]?>>?(?:&[0-9])?)|</y;
const variable = /\$(?:([A-Za-z_][A-Za-z0-9_]*):(?!:))?([A-Za-z0-9_?\x80-\xff]+|[$^])/y;
const plain = /[^ \t\f\v\r\n;|&(){},"'$<>`#\xe2]+/y;

/** The tokens of a PowerShell script, one after the other, without its comments. */
export class PowerShellTokens {
  readonly #text: string;
  #position: number;
  #depth = 0;
  /** Where the first thing begins that the text ends before. */
  unclosedAt: number | undefined;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#position = start;
  }

  /** `after`: the token before, to which the next one may be fastened. */
  next(after?: Token): Token {
    this.#skipBlanks();
    const text = this.#text;
    const start = this.#position;
    if (start >= text.length) return { kind: 'end', start, end: start };
    if (this.#take(newline) !== undefined) return { kind: 'newline', start, end: this.#position };
    const character = text[start] ?? '';
    if (character === '@') {
      const here = readHereString(text, start);
      if (here) return this.#string(start, here);
    }
    const opened = this.#take(opening);
    if (opened !== undefined) return { kind: 'open', text: opened, start, end: this.#position };
    if (character === ')' || character === '}') {
      this.#position += 1;
      return { kind: 'close', text: character, start, end: this.#position };
    }
    return this.#readQuoted(start) ?? this.#readVariable(start) ?? this.#readRest(start, after);
  }

  #skipBlanks(): void {
    const text = this.#text;
    for (;;) {
      const character = text[this.#position];
      if (character === '#') this.#skipTo('\n', this.#position, 0);
      else if (character === '<' && text[this.#position + 1] === '#') {
        const at = this.#position;
        if (!this.#skipTo('#>', at + 2, 2)) this.unclosedAt ??= at;
      } else if (this.#take(blank) === undefined) return;
    }
  }

  #skipTo(end: string, from: number, length: number): boolean {
    const found = this.#text.indexOf(end, from);
    this.#position = found === -1 ? this.#text.length : found + length;
    return found !== -1;
  }

  #readQuoted(start: number): Token | undefined {
    const quote = quoteAt(this.#text, start);
    if (quote === undefined) return undefined;
    if (quote.sign === "'") return this.#string(start, readSingleQuoted(this.#text, start));
    return this.#string(
      start,
      readDoubleQuoted(this.#text, start, (position) => this.#skipSubexpression(position)),
    );
  }

  #string(start: number, content: ReturnType<typeof readSingleQuoted>): Token {
    if (!content.closed) this.unclosedAt ??= start;
    this.#position = content.end;
    return { kind: 'string', start, end: content.end, text: content.text, literal: content.literal };
  }

  /** From a `$(` within a string to behind its parenthesis. */
  #skipSubexpression(start: number): number {
    if (this.#depth >= deepest) {
      this.unclosedAt ??= start;
      return this.#text.length;
    }
    this.#depth += 1;
    this.#position = start;
    let open = 0;
    let token: Token | undefined;
    do {
      token = this.next(token);
      if (token.kind === 'open') open += 1;
      if (token.kind === 'close') open -= 1;
    } while (open > 0 && token.kind !== 'end');
    this.#depth -= 1;
    if (open > 0) this.unclosedAt ??= start;
    return token.end;
  }

  #readVariable(start: number): Token | undefined {
    const text = this.#text;
    if (text[start] !== '$') return undefined;
    if (text[start + 1] === '{') {
      if (!this.#skipTo('}', start, 1)) this.unclosedAt ??= start;
      const inside = text.slice(start + 2, this.#position - 1);
      const isEnvironment = /^env:/i.test(inside);
      const name = isEnvironment ? inside.slice(4) : inside;
      return { kind: 'variable', start, end: this.#position, name, isEnvironment };
    }
    variable.lastIndex = start;
    const found = variable.exec(text);
    if (found === null) return undefined;
    this.#position += found[0].length;
    const isEnvironment = found[1]?.toLowerCase() === 'env';
    return { kind: 'variable', start, end: this.#position, name: found[2] ?? '', isEnvironment };
  }

  #readRest(start: number, after: Token | undefined): Token {
    const found = this.#take(sign);
    if (found !== undefined) return { kind: 'sign', text: found, start, end: this.#position };
    // Behind a variable, a string or a parenthesis a member or an index follows, which a `#` ends.
    const isFastened = after?.end === start && ['variable', 'string', 'close'].includes(after.kind);
    this.#readWord(isFastened);
    const text = this.#text.slice(start, this.#position);
    // Whatever follows it on its line goes to a program as it is.
    if (text === '--%' && /[^\n|]/.test(this.#text[this.#position] ?? '\n')) this.#skipVerbatim();
    return { kind: 'word', text, start, end: this.#position };
  }

  #readWord(endsAtComment: boolean): void {
    const text = this.#text;
    do {
      if (this.#take(plain) !== undefined) continue;
      const isEscape = text[this.#position] === '`';
      this.#position = Math.min(this.#position + (isEscape ? 2 : 1), text.length);
    } while (this.#goesOn(endsAtComment));
  }

  /** Whether the character at the position is one more of a word. */
  #goesOn(endsAtComment: boolean): boolean {
    const character = this.#text[this.#position] ?? '\n';
    if (character === '#') return !endsAtComment;
    if (character === '`') return !/[\r\n]/.test(this.#text[this.#position + 1] ?? '\n');
    if (character === '\xe2') return quoteAt(this.#text, this.#position) === undefined;
    return !/[ \t\f\v\r\n;|&(){},"'$<>]/.test(character);
  }

  #skipVerbatim(): void {
    while (/[^\n|]/.test(this.#text[this.#position] ?? '\n')) this.#position += 1;
  }

  #take(expression: RegExp): string | undefined {
    expression.lastIndex = this.#position;
    const found = expression.exec(this.#text)?.[0];
    this.#position += found?.length ?? 0;
    return found;
  }
}
