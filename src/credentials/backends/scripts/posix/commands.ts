import type { Drafts } from '../draft.ts';
import type { Range } from '../statement.ts';
import type { CommandReader } from './command-reader.ts';
import { Compounds } from './compounds.ts';
import { type Effects, effectsOf } from './effects.ts';
import { atClosing, reservedWord, takeReserved } from './reserved.ts';
import { readRedirections, readSimpleCommand, type SimpleCommand } from './simple-command.ts';
import { type Dialect, ShellSource } from './source.ts';

/** One member of an `&&` and `||` list. */
export interface Member extends Range {
  /** What it does to variables, where that can be cut out of it; pipelines and compound commands stay whole. */
  readonly effects: Effects | undefined;
}

export interface AndOrList extends Range {
  readonly members: readonly Member[];
  /** Whether no `||` stands in it. */
  readonly onlyAnd: boolean;
}

const background: Record<Dialect, RegExp> = { bash: /&(?!&)/y, zsh: /&[|!]?(?!&)/y };

/** Reads commands, and finds out on the way what they do to variables. */
export class Commands implements CommandReader {
  readonly source: ShellSource;
  readonly #drafts: Drafts;
  readonly #compounds: Compounds;
  #effects: Effects | undefined;

  constructor(text: string, dialect: Dialect, drafts: Drafts) {
    this.source = new ShellSource(text, dialect, () => drafts.silently(() => this.readList()));
    this.#drafts = drafts;
    this.#compounds = new Compounds(this.source, drafts, this);
  }

  get draftCount(): number {
    return this.#drafts.list.length;
  }

  get atClosing(): boolean {
    return atClosing(this.source, this.#compounds.open.foreach > 0);
  }

  readList(asCondition = false): void {
    const { source } = this;
    for (;;) {
      source.skipLines();
      if (this.atClosing) return;
      const before = source.position;
      const first = this.#drafts.list.length;
      this.readAndOr();
      const separated = this.takeSeparator(first) !== undefined || source.code() === 0x0a;
      if (asCondition && !separated) return;
      if (source.position === before) source.position += 1;
    }
  }

  /** `;` or `&`, after the drafts that `&` sends to another process. */
  takeSeparator(firstDraft: number): ';' | '&' | undefined {
    const { source } = this;
    source.skipBlanks();
    const sign = source.match(background[source.dialect]);
    if (sign !== undefined) {
      source.position += sign.length;
      this.#drafts.mark('subshell', firstDraft);
      return '&';
    }
    return !this.atClosing && source.take(';') ? ';' : undefined;
  }

  readSublist(): boolean {
    return this.readAndOr() !== undefined;
  }

  readAndOr(): AndOrList | undefined {
    const { source } = this;
    const start = source.position;
    const first = this.#readPipeline();
    if (first === undefined) return undefined;
    const members = [first];
    let onlyAnd = true;
    let certain = first.effects?.certain ?? false;
    for (;;) {
      source.skipBlanks();
      const isAnd = source.take('&&');
      if (!isAnd && !source.take('||')) break;
      onlyAnd &&= isAnd;
      certain &&= isAnd;
      source.skipLines();
      const next = this.#drafts.within(certain ? 'top-level' : 'conditional', () => this.#readPipeline());
      if (next === undefined) break;
      members.push(next);
      certain &&= next.effects?.certain ?? false;
    }
    return { start, end: members.at(-1)?.end ?? start, members, onlyAnd };
  }

  #readPipeline(): Member | undefined {
    const { source } = this;
    const start = source.position;
    const firstDraft = this.#drafts.list.length;
    const prefixed = this.#takePrefixes();
    if (!this.readCommand())
      return prefixed ? { start, end: source.position, effects: undefined } : undefined;
    const effects = this.#effects;
    let end = source.position;
    let last: number | undefined;
    source.skipBlanks();
    while (source.code() === 0x7c && source.code(1) !== 0x7c) {
      source.position += source.code(1) === 0x26 ? 2 : 1;
      source.skipLines();
      last = this.#drafts.list.length;
      this.readCommand();
      end = source.position;
      source.skipBlanks();
    }
    if (last !== undefined) this.#markPipeline(firstDraft, last);
    if (prefixed === 'time' && source.dialect === 'zsh') this.#drafts.mark('subshell', firstDraft);
    return { start, end, effects: prefixed || last !== undefined ? undefined : effects };
  }

  /** zsh runs the last command of a pipeline itself, bash none of them. */
  #markPipeline(first: number, last: number): void {
    if (this.source.dialect === 'bash') return this.#drafts.mark('subshell', first);
    this.#drafts.mark('subshell', first, last);
    this.#drafts.mark('conditional', last);
  }

  #takePrefixes(): 'time' | '!' | undefined {
    const { source } = this;
    let found: 'time' | '!' | undefined;
    for (;;) {
      const word = reservedWord(source);
      if (word !== 'time' && word !== '!') return found;
      takeReserved(source, word);
      source.skipBlanks();
      if (word === 'time' && takeOption(source)) source.skipBlanks();
      found = found === 'time' ? found : word;
    }
  }

  /** False where there is none, and nothing is read. */
  readCommand(): boolean {
    const { source } = this;
    this.#effects = undefined;
    if (this.atClosing) return false;
    if (this.#compounds.read()) {
      readRedirections(source);
      this.#effects = undefined;
      return true;
    }
    const pending = source.hereDocuments.length;
    const command = readSimpleCommand(source, () => this.#closesGroup());
    if (command.pieces.length === 0) return false;
    if (
      source.code() === 0x28 &&
      this.#namesFunction(command) &&
      this.#compounds.readFunction(command.start)
    ) {
      readRedirections(source);
      this.#effects = undefined;
      return true;
    }
    source.position = command.end;
    this.#interpret(command, source.hereDocuments.length > pending);
    return true;
  }

  /** In zsh a `}` closes a group wherever it stands. */
  #closesGroup(): boolean {
    const { source } = this;
    if (source.dialect !== 'zsh' || source.code() !== 0x7d) return false;
    return this.#compounds.open.braces > 0 && reservedWord(source) === '}';
  }

  #namesFunction(command: SimpleCommand): boolean {
    const most = this.source.dialect === 'bash' ? 1 : Number.POSITIVE_INFINITY;
    return command.words.length === command.pieces.length && command.words.length <= most;
  }

  #interpret(command: SimpleCommand, hasHereDocument: boolean): void {
    if (!this.#drafts.listening) return;
    const { context } = this.#drafts;
    const inScope = context === 'function' || this.#compounds.localScopes > 0;
    const effects = effectsOf(command, { dialect: this.source.dialect, context, inFunction: inScope });
    if (effects === undefined) return;
    for (const { draft } of effects.list) this.#drafts.add(draft);
    this.#effects = hasHereDocument ? { ...effects, removable: false, certain: false } : effects;
  }
}

function takeOption(source: ShellSource): boolean {
  return source.match(/-p(?=[ \t])/y) !== undefined && source.take('-p');
}
