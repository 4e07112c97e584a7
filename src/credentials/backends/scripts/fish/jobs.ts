import type { Draft } from '../draft.ts';
import { type Effects, type LineItem, setPartsOnLine } from '../line-items.ts';
import type { Context, Range } from '../statement.ts';
import type { FishEffects } from './effects.ts';

/** What stands between two separators: a command, or several joined by pipes, `&&` and `||`. */
export interface Job {
  start: number | undefined;
  /** Where its last command ends. */
  end: number;
  readonly firstDraft: number;
  effects: Effects | undefined;
  /** Whether it is more than a plain command, so that nothing can be cut out of it. */
  fixed: boolean;
  conditional: boolean;
  piped: boolean;
}

interface Block {
  readonly isFunction: boolean;
  readonly at: number;
  readonly end: 'end' | '}';
  /** The job that the block is a part of. */
  readonly outer: Job;
}

interface Item extends LineItem {
  effects: Effects | undefined;
}

/** The jobs of a file, within the blocks that are open, and those of the file's own level by their lines. */
export class FishJobs {
  readonly drafts: Draft[] = [];
  /** The job that is being read. */
  job = newJob(0);
  readonly #names: ReadonlySet<string> | undefined;
  readonly #blocks: Block[] = [];
  #functions = 0;
  #items: Item[] = [];
  #previous: Item | undefined;
  #lineStart: number;

  constructor(start: number, names: ReadonlySet<string> | undefined) {
    this.#lineStart = start;
    this.#names = names;
  }

  get innermost(): { readonly at: number; readonly end: 'end' | '}' } | undefined {
    return this.#blocks.at(-1);
  }

  get context(): Context {
    if (this.#functions > 0) return 'function';
    return this.#blocks.length > 0 || this.job.conditional ? 'conditional' : 'top-level';
  }

  /** `harmless`: whether its redirections, if any, would not be missed. */
  add(effects: FishEffects | undefined, harmless: boolean): void {
    const { job } = this;
    job.fixed ||= job.effects !== undefined || !effects?.removable || !harmless;
    job.effects = effects;
    for (const { draft } of effects?.list ?? []) {
      if (draft.kind === 'source' || (this.#names?.has(draft.name) ?? true)) this.drafts.push(draft);
    }
  }

  open(word: string, at: number): void {
    this.job.fixed = true;
    const isFunction = word === 'function';
    if (isFunction) this.#functions += 1;
    this.#blocks.push({ isFunction, at, end: word === '{' ? '}' : 'end', outer: this.job });
    this.job = newJob(this.drafts.length);
  }

  close(): void {
    const block = this.#blocks.pop();
    if (block === undefined) return;
    if (block.isFunction) this.#functions -= 1;
    this.job = block.outer;
  }

  /** The job that is being read asks for the outcome of the one before, which must stay for that. */
  keepPrevious(): void {
    if (this.#blocks.length > 0 || this.#previous === undefined) return;
    for (const { draft } of this.#previous.effects?.list ?? []) draft.part = undefined;
    this.#previous.effects = undefined;
  }

  endJob(separator: LineItem['separator']): void {
    const { job } = this;
    this.job = newJob(this.drafts.length);
    if (this.#blocks.length > 0 || job.start === undefined) return;
    if (job.piped || separator?.sign === '&') this.#makeConditional(job.firstDraft);
    const effects = job.fixed ? undefined : job.effects;
    this.#previous = { start: job.start, end: job.end, separator, effects };
    this.#items.push(this.#previous);
  }

  /** `end`: behind the line's ending. */
  endLine(end: number): void {
    this.endJob(undefined);
    if (this.#blocks.length > 0) return;
    const line: Range = { start: this.#lineStart, end };
    setPartsOnLine(line, this.#items);
    this.#items = [];
    this.#lineStart = end;
  }

  /** fish runs its own commands itself wherever they stand, but what they do there is for a person to judge. */
  #makeConditional(first: number): void {
    for (let index = first; index < this.drafts.length; index += 1) {
      const draft = this.drafts[index];
      if (draft?.context === 'top-level') draft.context = 'conditional';
    }
  }
}

function newJob(firstDraft: number): Job {
  const nothing = { start: undefined, end: 0, effects: undefined };
  return { ...nothing, firstDraft, fixed: false, conditional: false, piped: false };
}
