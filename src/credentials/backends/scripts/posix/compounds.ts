import type { Drafts } from '../draft.ts';
import { readCase } from './case.ts';
import type { CommandReader } from './command-reader.ts';
import { readArithmetic } from './expansion.ts';
import { readCondition, reservedWord, takeReserved } from './reserved.ts';
import { readSimpleCommand } from './simple-command.ts';
import { type Dialect, type ShellSource, Unclosed } from './source.ts';
import { readWord } from './word.ts';

const opening: Record<Dialect, RegExp> = {
  bash: /(?:\{|\[\[|if|while|until|for|select|case|function|coproc)(?=[ \t\n;&|()<>]|\\\n|$)/y,
  zsh: /(?:\[\[|if|while|until|for|select|case|function|coproc|repeat|foreach)(?=[ \t\n;&|()<>]|\\\n|$)|\{(?!\w+\}[<>])/y,
};
const coprocessName = /[A-Za-z_][A-Za-z0-9_]*[ \t]+(?=[{(]|(?:if|while|until|for|case|select)[ \t\n])/y;
const parameters: Record<Dialect, RegExp> = { bash: /\([ \t]*\)/y, zsh: /\(\)/y };

export class Compounds {
  /** How many groups, and how many of zsh's foreach loops, are open: their closing words are ordinary elsewhere. */
  readonly open = { braces: 0, foreach: 0 };
  /** How many of zsh's functions without a name, which run where they stand, are open. */
  localScopes = 0;
  readonly #source: ShellSource;
  readonly #drafts: Drafts;
  readonly #commands: CommandReader;

  constructor(source: ShellSource, drafts: Drafts, commands: CommandReader) {
    this.#source = source;
    this.#drafts = drafts;
    this.#commands = commands;
  }

  /** Reads the compound command at the position; false, nothing read, where there is none. */
  read(): boolean {
    const source = this.#source;
    const at = source.position;
    const isParenthesis = source.code() === 0x28;
    const word = isParenthesis ? '(' : source.match(opening[source.dialect]);
    if (word === undefined) return false;
    source.nested(at, () => {
      if (isParenthesis) return this.#readParentheses(at);
      source.position += word.length;
      return this.#readAfter(word, at);
    });
    return true;
  }

  /** What follows a function's name; false, nothing read, where that is no function. */
  readFunction(at: number): boolean {
    const source = this.#source;
    const found = source.match(parameters[source.dialect]);
    if (found === undefined) return false;
    source.position += found.length;
    source.nested(at, () => this.#readFunctionBody(at));
    return true;
  }

  #readAfter(word: string, at: number): void {
    switch (word) {
      case '{':
        return this.#conditionally(() => this.#readBraces(at));
      case '[[':
        return readCondition(this.#source, at);
      case 'if':
        return this.#conditionally(() => this.#readIf(at));
      case 'case':
        return this.#conditionally(() => {
          if (!readCase(this.#source, this.#commands)) this.#unclosed(at);
        });
      case 'function':
        return this.#readNamedFunction(at);
      case 'coproc':
        return this.#readCoprocess();
      default:
        return this.#conditionally(() => this.#readLoop(word, at));
    }
  }

  #readParentheses(at: number): void {
    const source = this.#source;
    if (source.dialect === 'zsh' && source.take('()')) return this.#readAnonymousFunction(at);
    if (source.code(1) === 0x28) {
      source.position += 1;
      if (readArithmetic(source)) return;
      source.position -= 1;
    }
    source.position += 1;
    this.#drafts.within('subshell', () => this.#commands.readList());
    if (!source.take(')')) this.#unclosed(at);
  }

  /** After `{`. */
  #readBraces(at: number): void {
    const source = this.#source;
    this.open.braces += 1;
    this.#commands.readList();
    this.open.braces -= 1;
    if (!takeReserved(source, '}')) return this.#unclosed(at);
    source.skipBlanks();
    if (source.dialect !== 'zsh' || !takeReserved(source, 'always')) return;
    source.skipLines();
    if (source.take('{')) this.#readBraces(at);
    else this.#unclosed(at);
  }

  #readIf(at: number): void {
    const source = this.#source;
    const isZsh = source.dialect === 'zsh';
    for (;;) {
      this.#commands.readList(isZsh);
      if (takeReserved(source, 'then')) {
        this.#commands.readList();
        if (takeReserved(source, 'elif')) continue;
        if (takeReserved(source, 'else')) this.#commands.readList();
        if (!takeReserved(source, 'fi')) this.#unclosed(at);
        return;
      }
      if (!isZsh || !this.#readShortBody()) return this.#unclosed(at);
      source.skipBlanks();
      if (takeReserved(source, 'elif')) continue;
      if (takeReserved(source, 'else') && !this.#readShortBody()) this.#unclosed(at);
      return;
    }
  }

  /** zsh's `{ … }` or a single command; false where there is none. */
  #readShortBody(): boolean {
    const source = this.#source;
    source.skipLines();
    const at = source.position;
    if (!source.take('{')) return this.#commands.readSublist();
    this.#readBraces(at);
    return true;
  }

  #readLoop(word: string, at: number): void {
    const source = this.#source;
    if (word === 'while' || word === 'until') this.#commands.readList(source.dialect === 'zsh');
    else if (word === 'repeat') {
      source.skipBlanks();
      readWord(source, false);
    } else this.#readLoopHead();
    source.skipBlanks();
    source.take(';');
    source.skipLines();
    if (word === 'foreach' && reservedWord(source) !== 'do') this.#readForeachBody(at);
    else this.#readLoopBody(at);
  }

  /** What comes between `for` or `select` and the commands. */
  #readLoopHead(): void {
    const source = this.#source;
    source.skipBlanks();
    if (source.text.startsWith('((', source.position)) {
      source.position += 1;
      if (readArithmetic(source)) return;
      source.position -= 1;
    }
    const name = readWord(source, false);
    this.#addVariable(name.text, name.start, name.end);
    source.skipBlanks();
    while (source.dialect === 'zsh' && source.code() !== 0x28 && !takeReserved(source, 'in')) {
      const other = readWord(source, false);
      source.skipBlanks();
      if (other.start === other.end) break;
      this.#addVariable(other.text, other.start, other.end);
    }
    if (source.code() === 0x0a && source.dialect === 'bash') source.skipLines();
    if (source.dialect === 'bash' && !takeReserved(source, 'in')) return;
    source.skipBlanks();
    readSimpleCommand(source, () => false);
  }

  #addVariable(name: string, start: number, end: number): void {
    const draft = {
      kind: 'assignment',
      name,
      value: undefined,
      exported: undefined,
      part: undefined,
    } as const;
    this.#drafts.add({ ...draft, start, end, context: this.#drafts.context });
  }

  #readLoopBody(at: number): void {
    const source = this.#source;
    const brace = source.position;
    if (takeReserved(source, 'do')) {
      this.#commands.readList();
      if (!takeReserved(source, 'done')) this.#unclosed(at);
    } else if (source.dialect === 'zsh') {
      if (!this.#readShortBody()) this.#unclosed(at);
    } else if (takeReserved(source, '{')) this.#readBraces(brace);
    else this.#unclosed(at);
  }

  #readForeachBody(at: number): void {
    this.open.foreach += 1;
    this.#commands.readList();
    this.open.foreach -= 1;
    if (!takeReserved(this.#source, 'end')) this.#unclosed(at);
  }

  /** After `function`. */
  #readNamedFunction(at: number): void {
    const source = this.#source;
    source.skipBlanks();
    if (source.dialect === 'zsh' && source.code() === 0x7b) return this.#readAnonymousFunction(at);
    do {
      readWord(source, false);
      source.skipBlanks();
    } while (source.dialect === 'zsh' && !'{()\n;&|<>'.includes(source.text[source.position] ?? '\n'));
    source.position += source.match(parameters[source.dialect])?.length ?? 0;
    this.#readFunctionBody(at);
  }

  #readFunctionBody(at: number): void {
    this.#source.skipLines();
    const found = this.#drafts.within('function', () => this.#commands.readCommand());
    if (!found) this.#unclosed(at);
  }

  /** Its commands run where they stand; words that follow are its arguments. */
  #readAnonymousFunction(at: number): void {
    this.#source.skipLines();
    this.localScopes += 1;
    this.#conditionally(() => {
      if (!this.#commands.readCommand()) this.#unclosed(at);
    });
    this.localScopes -= 1;
    this.#source.skipBlanks();
    readSimpleCommand(this.#source, () => false);
  }

  #readCoprocess(): void {
    const source = this.#source;
    source.skipBlanks();
    if (source.dialect === 'bash') source.position += source.match(coprocessName)?.length ?? 0;
    this.#drafts.within('subshell', () => this.#commands.readCommand());
  }

  #conditionally(read: () => void): void {
    this.#drafts.within('conditional', read);
  }

  /** Something else stands where the end should. The shell would read no further; what follows is still looked at. */
  #unclosed(at: number): void {
    if (this.#source.position >= this.#source.text.length) throw new Unclosed(at);
    this.#source.noteUnclosed(at);
  }
}
