import type { Draft } from '../draft.ts';
import type { Range } from '../statement.ts';
import { fishEffects } from './effects.ts';
import { FishJobs } from './jobs.ts';
import { FishSource } from './source.ts';
import { type FishWord, readFishWord } from './word.ts';

/** What comes before a command and leaves the next word in its place. */
const prefixes: ReadonlySet<string> = new Set(['and', 'or', 'not', '!', 'time', 'else']);
const blocks: ReadonlySet<string> = new Set(['if', 'while', 'begin', 'for', 'function', 'switch']);
/** Blocks that begin with arguments; the others begin with a command. */
const headed: ReadonlySet<string> = new Set(['for', 'function', 'switch']);

/** Reads the commands of a file one after the other, without recursion however deep its blocks are. */
export class FishCommands {
  unclosedAt: number | undefined;
  readonly #source: FishSource;
  readonly #jobs: FishJobs;

  /** `names`: the variables that count; all by default. */
  constructor(text: string, names: ReadonlySet<string> | undefined) {
    this.#source = new FishSource(text);
    this.#jobs = new FishJobs(this.#source.position, names);
  }

  get drafts(): readonly Draft[] {
    return this.#jobs.drafts;
  }

  read(): void {
    const source = this.#source;
    for (;;) {
      source.skipBlanks();
      source.skipComment();
      if (source.atEnd) break;
      if (source.takeNewline()) this.#jobs.endLine(source.position);
      else this.#readNext();
    }
    this.#jobs.endLine(source.position);
    this.unclosedAt ??= this.#jobs.innermost?.at;
  }

  #readNext(): void {
    const source = this.#source;
    const start = source.position;
    const sign = source.takeSign();
    if (sign === undefined) this.#readCommand();
    else if (sign === ';' || sign === '&') this.#jobs.endJob({ sign, start, end: source.position });
    else {
      this.#jobs.job.fixed = true;
      if (sign === '|') this.#jobs.job.piped = true;
      else this.#jobs.job.conditional = true;
      source.skipLines();
    }
  }

  #readCommand(): void {
    const source = this.#source;
    const { job, innermost } = this.#jobs;
    const start = source.position;
    job.start ??= start;
    if (source.takeGroup()) return this.#jobs.open('{', start);
    const word = this.#readWord();
    if (word.start === word.end) this.#skipStray();
    else if (isOverride(word)) job.fixed = true;
    else if (prefixes.has(word.text)) this.#readPrefix(word.text);
    else if (blocks.has(word.text)) this.#open(word.text, start);
    else if (word.text === innermost?.end) this.#close();
    else this.#readArguments(word);
  }

  #readWord(): FishWord {
    const word = readFishWord(this.#source.text, this.#source.position);
    this.#source.position = word.end;
    this.unclosedAt ??= word.unclosedAt;
    return word;
  }

  /** A redirection without a command, or a parenthesis that closes nothing: fish reads no such file. */
  #skipStray(): void {
    const { job } = this.#jobs;
    job.fixed = true;
    if (this.#source.takeRedirection() === undefined) this.#source.position += 1;
    job.end = this.#source.position;
  }

  #readPrefix(word: string): void {
    const { job } = this.#jobs;
    job.fixed = true;
    if (word === 'else') this.#source.takeIf();
    if (word !== 'and' && word !== 'or') return;
    job.conditional = true;
    this.#jobs.keepPrevious();
  }

  #open(word: string, at: number): void {
    this.#jobs.open(word, at);
    if (headed.has(word)) this.#readArguments(undefined);
  }

  #close(): void {
    this.#jobs.close();
    this.#readArguments(undefined);
  }

  /** The rest of a command; `first` is its name, without which the words mean nothing. */
  #readArguments(first: FishWord | undefined): void {
    const source = this.#source;
    const words: FishWord[] = first ? [first] : [];
    const pieces: Range[] = first ? [first] : [];
    let harmless = true;
    let end = source.position;
    for (;;) {
      source.skipBlanks();
      const start = source.position;
      if (source.endsCommand(this.#jobs.innermost?.end === '}')) break;
      const sign = source.takeRedirection();
      if (sign !== undefined) source.skipBlanks();
      const word = this.#readWord();
      if (word.end === start) break;
      if (sign === undefined) words.push(word);
      else harmless &&= isHarmless(sign, word.text);
      pieces.push(sign === undefined ? word : { start, end: word.end });
      end = source.position;
    }
    source.position = end;
    this.#jobs.job.end = end;
    if (first === undefined || this.unclosedAt !== undefined) return;
    this.#jobs.add(fishEffects({ words, pieces, start: first.start, end }, this.#jobs.context), harmless);
  }
}

/** Whether a redirection would not be missed: to /dev/null, or of one descriptor to another. */
function isHarmless(sign: string, target: string): boolean {
  return target === '/dev/null' || (/&$/.test(sign) && /^[0-9-]+$/.test(target));
}

/** `NAME=value command` */
function isOverride({ text, bare }: FishWord): boolean {
  const found = /^[A-Za-z_][A-Za-z0-9_]*=/.exec(text);
  return found !== null && found[0].length <= bare;
}
