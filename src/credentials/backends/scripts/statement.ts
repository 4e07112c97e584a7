export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a statement stands. `conditional`: within a compound command or behind `&&` or `||`, so it may or may not run.
 * `function`: it runs when somebody calls the function. `subshell`: whatever it sets is lost with that process.
 */
export type Context = 'top-level' | 'conditional' | 'function' | 'subshell';

/** What can go as a whole once all of its `size` members go: a command of several words, a line of several commands. */
export interface Part extends Range {
  readonly size: number;
  readonly parent: Part | undefined;
}

/**
 * The bytes to cut so that this one statement is gone and the rest stays as it is. Whoever cuts several statements must
 * take `joinRemovals`: cutting each word of `export A=1 B=2` by itself would leave an `export` that prints everything.
 */
export interface Removal extends Range {
  readonly part: Part;
}

interface Place extends Range {
  /** Counted from 1. */
  readonly line: number;
  readonly context: Context;
}

export interface Assignment extends Place {
  readonly kind: 'assignment';
  readonly name: string;
  /** One character for each byte; `undefined` where only running the script could tell. */
  readonly value: string | undefined;
  /** Whether programs get to see the variable, as far as this file decides. */
  readonly exported: boolean;
  /** `undefined` where nothing can be cut without changing what the rest does. */
  readonly removal: Removal | undefined;
}

/** The variable is taken away, or no longer exported. */
export interface Unset extends Place {
  readonly kind: 'unset';
  readonly name: string;
  readonly removal: Removal | undefined;
}

/** Another file is read in its place. */
export interface Source extends Place {
  readonly kind: 'source';
  /** The operand without its quotes; variables and `~` stay as they are written. */
  readonly path: string;
}

export type Statement = Assignment | Unset | Source;

export interface ShellScript {
  /** In the order of the file. */
  readonly statements: readonly Statement[];
  /** Where a quote, here-document or compound command begins that nothing ends. */
  readonly unterminated: { readonly line: number } | undefined;
}
