import { type HereDocument, readHereDocument } from './here-document.ts';

export type Dialect = 'bash' | 'zsh';

/** The text ends before what begins at `at` does. */
export class Unclosed extends Error {
  readonly at: number;

  constructor(at: number) {
    super('unclosed');
    this.at = at;
  }
}

/** Beyond this many levels reading gives up: no person nests so deep, and the stack is finite. */
const deepest = 200;

/** Looking ahead for a close that is not there may cost this many times the length of the text altogether. */
const patience = 4;

/** A script and the place in it that has been read up to. */
export class ShellSource {
  readonly text: string;
  readonly dialect: Dialect;
  position = 0;
  /** Here-documents whose bodies begin after the line that is being read. */
  readonly hereDocuments: HereDocument[] = [];
  /** How many command substitutions are open here. */
  substitutions = 0;
  unclosedAt: number | undefined;
  readonly #readCommands: () => void;
  #depth = 0;
  #patience: number;

  /** `readCommands` reads the commands of a substitution, up to the parenthesis that closes it. */
  constructor(text: string, dialect: Dialect, readCommands: () => void) {
    this.text = text;
    this.dialect = dialect;
    this.#readCommands = readCommands;
    this.#patience = patience * text.length;
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.position + ahead);
  }

  /** Whether `expected` stands at the position; it is then passed. */
  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  /** What a sticky expression finds at the position, which stays. */
  match(expression: RegExp): string | undefined {
    expression.lastIndex = this.position;
    return expression.exec(this.text)?.[0];
  }

  skipBlanks(): void {
    for (;;) {
      const code = this.code();
      if (code === 0x20 || code === 0x09) this.position += 1;
      else if (code === 0x5c && this.code(1) === 0x0a) this.position += 2;
      else return;
    }
  }

  /** A comment ends before the end of its line. The caller knows that a word could begin here. */
  skipComment(): void {
    if (this.code() !== 0x23) return;
    const end = this.text.indexOf('\n', this.position);
    this.position = end === -1 ? this.text.length : end;
  }

  /** The end of a line, and the here-documents that follow it. */
  takeNewline(): boolean {
    if (!this.take('\n')) return false;
    if (this.hereDocuments.length > 0) this.#takeHereDocuments();
    return true;
  }

  #takeHereDocuments(): void {
    for (const hereDocument of this.hereDocuments.splice(0)) {
      const after = readHereDocument(this.text, this.position, hereDocument);
      if (after === undefined) this.noteUnclosed(hereDocument.at);
      this.position = after ?? this.text.length;
    }
  }

  /** Blanks, comments and ends of lines. */
  skipLines(): void {
    do {
      this.skipBlanks();
      this.skipComment();
    } while (this.takeNewline());
  }

  readSubstitution(): void {
    const outer = this.hereDocuments.splice(0);
    this.substitutions += 1;
    this.#readCommands();
    this.substitutions -= 1;
    // Where the substitution ends before their bodies begin, bash still finds them after its line; zsh does without.
    const inner = this.dialect === 'bash' ? this.hereDocuments.splice(0) : [];
    this.hereDocuments.splice(0, this.hereDocuments.length, ...outer, ...inner);
  }

  /** Reads one level deeper. Throws Unclosed when that is too deep. */
  nested<T>(at: number, read: () => T): T {
    if (this.#depth >= deepest) throw new Unclosed(at);
    this.#depth += 1;
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /**
   * What `read` finds, or `undefined`, with everything as before, when it finds nothing or the text ends first. Costs
   * patience when it fails; without any left it is not tried.
   */
  attempt<T>(read: () => T | undefined): T | undefined {
    if (this.#patience <= 0) return undefined;
    const { position, substitutions } = this;
    const [depth, pending] = [this.#depth, [...this.hereDocuments]];
    const reached = { position: this.text.length };
    try {
      const found = read();
      if (found !== undefined) return found;
      reached.position = this.position;
    } catch (error) {
      if (!(error instanceof Unclosed)) throw error;
    }
    this.#patience -= reached.position - position;
    this.position = position;
    this.substitutions = substitutions;
    this.#depth = depth;
    this.hereDocuments.splice(0, this.hereDocuments.length, ...pending);
    return undefined;
  }

  noteUnclosed(at: number): void {
    this.unclosedAt ??= at;
  }
}
