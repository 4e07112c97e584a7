import { bom } from '../../../../changes/text-lines.ts';
export type FishSign = ';' | '&' | '&&' | '||' | '|';

const signs = /;|&&|\|\||&\||[0-9]*>\||\||&(?!>)/y;
const redirection = /(?:&>>?|[0-9]*(?:>>|>&|<&|<|>(?!\|)))\??/y;
const group = /\{(?=[ \t\r\n;])/y;
const groupEnd = /\}(?=[ \t\r\n;]|$)/y;
const ifWord = /if(?=[ \t\r\n;\\])/y;
const numberedPipe = /[0-9]*>\|/y;

/** A fish file and the place in it that has been read up to. */
export class FishSource {
  readonly text: string;
  position: number;

  constructor(text: string) {
    this.text = text;
    this.position = text.startsWith(bom) ? bom.length : 0;
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  get #atComment(): boolean {
    return this.text[this.position] === '#';
  }

  /** Blanks and continued lines; whole lines of comment among these count for nothing. */
  skipBlanks(): void {
    for (;;) {
      this.position = afterBlanks(this.text, this.position);
      if (this.text.startsWith('\\\n', this.position)) this.#continueLine();
      else return;
    }
  }

  #continueLine(): void {
    this.position += 2;
    let next = afterBlanks(this.text, this.position);
    while (this.text[next] === '#') {
      this.position = next;
      this.skipComment();
      if (this.atEnd) return;
      this.position += 1;
      next = afterBlanks(this.text, this.position);
    }
  }

  skipComment(): void {
    if (!this.#atComment) return;
    const end = this.text.indexOf('\n', this.position);
    this.position = end === -1 ? this.text.length : end;
  }

  takeNewline(): boolean {
    if (this.text[this.position] !== '\n') return false;
    this.position += 1;
    return true;
  }

  /** Blanks, comments and ends of lines. */
  skipLines(): void {
    do {
      this.skipBlanks();
      this.skipComment();
    } while (this.takeNewline());
  }

  /** What ends a command and says how the next one comes after it. */
  takeSign(): FishSign | undefined {
    const found = this.#take(signs);
    return found === undefined || found === ';' || found === '&' || found === '&&' || found === '||'
      ? found
      : '|';
  }

  /** The sign of a redirection, after which its target follows. */
  takeRedirection(): string | undefined {
    return this.#take(redirection);
  }

  /** The `{` of newer versions, a word of its own where a command could begin. */
  takeGroup(): boolean {
    return this.#take(group) !== undefined;
  }

  /** Whether no word can follow here, although it seems so: a comment, a pipe, the end of an open group. */
  endsCommand(inGroup: boolean): boolean {
    return this.atEnd || this.#atComment || this.#sees(numberedPipe) || (inGroup && this.#sees(groupEnd));
  }

  /** The `if` of `else if`. */
  takeIf(): void {
    this.skipBlanks();
    this.#take(ifWord);
  }

  #sees(expression: RegExp): boolean {
    expression.lastIndex = this.position;
    return expression.test(this.text);
  }

  #take(expression: RegExp): string | undefined {
    expression.lastIndex = this.position;
    const found = expression.exec(this.text)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }
}

/** A carriage return is a blank like others, before the end of a line and elsewhere. */
function afterBlanks(text: string, start: number): number {
  let position = start;
  while (/[ \t\r]/.test(text[position] ?? '')) position += 1;
  return position;
}
