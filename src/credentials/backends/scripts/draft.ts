import type { Context, Part, Range } from './statement.ts';

/** What a command does to variables, while it is not yet known what the rest of the file makes of it. */
export interface Draft extends Range {
  /** `export`: marks a variable without setting it. `export-all`: so are all from here on, or no longer. */
  readonly kind: 'assignment' | 'unset' | 'source' | 'export' | 'export-all';
  /** The variable, or the path of what is sourced. */
  readonly name: string;
  readonly value: string | undefined;
  /** `undefined`: as it was. */
  readonly exported: boolean | undefined;
  context: Context;
  /** `undefined` as long as, or if, it cannot be cut. */
  part: Part | undefined;
}

const ranks: Record<Context, number> = { 'top-level': 0, conditional: 1, subshell: 2, function: 3 };

/** The drafts of a file in its order, each with the context in which it was found. */
export class Drafts {
  readonly list: Draft[] = [];
  readonly names: ReadonlySet<string> | undefined;
  #context: Context = 'top-level';
  #silent = 0;
  readonly #marks: { from: number; to: number; context: Context }[] = [];

  /** `names`: the variables that count; all by default. */
  constructor(names: ReadonlySet<string> | undefined) {
    this.names = names;
  }

  get context(): Context {
    return this.#context;
  }

  /** Whether anything that is found here would be kept. */
  get listening(): boolean {
    return this.#silent === 0;
  }

  add(draft: Draft): void {
    const counts =
      draft.kind === 'source' || draft.kind === 'export-all' || (this.names?.has(draft.name) ?? true);
    if (this.#silent === 0 && counts) this.list.push(draft);
  }

  within<T>(context: Context, read: () => T): T {
    const before = this.#context;
    this.#context = outer(before, context);
    try {
      return read();
    } finally {
      this.#context = before;
    }
  }

  /** What is found in a command substitution never leaves it. */
  silently(read: () => void): void {
    this.#silent += 1;
    try {
      read();
    } finally {
      this.#silent -= 1;
    }
  }

  /** The drafts from one index to before another turn out to stand in this context: `&` and `|` come last. */
  mark(context: Context, from: number, to = this.list.length): void {
    if (from < to) this.#marks.push({ from, to, context });
  }

  /** To be called once, when all is read. */
  settleContexts(): void {
    for (const context of ['conditional', 'subshell'] as const) {
      const changes = new Int32Array(this.list.length + 1);
      for (const mark of this.#marks.filter((candidate) => candidate.context === context)) {
        changes[mark.from] = (changes[mark.from] ?? 0) + 1;
        changes[mark.to] = (changes[mark.to] ?? 0) - 1;
      }
      let open = 0;
      for (const [index, draft] of this.list.entries()) {
        open += changes[index] ?? 0;
        if (open > 0) draft.context = outer(draft.context, context);
      }
    }
  }
}

/** Of two contexts, one in the other, the one that tells more of when a command runs. */
function outer(one: Context, other: Context): Context {
  return ranks[one] < ranks[other] ? other : one;
}
