import type { Dialect } from './source.ts';

/** One word of a command. */
export interface Word {
  readonly start: number;
  readonly end: number;
  /** The word without its quotes, its expansions as they are written. */
  readonly text: string;
  /** How much of `text` stands before anything that is quoted or expanded. */
  readonly bare: number;
  /** Whether the shell takes the word for `text`, as far as quotes and variables go. */
  readonly literal: boolean;
  readonly quoted: boolean;
  /** An unquoted `~` (in zsh `=` too) where the shell puts a path in its place. */
  readonly tilde: boolean;
  readonly braces: boolean;
  /** `NAME=(…)` */
  readonly array: boolean;
  /** `NAME[…]=` */
  readonly subscript: boolean;
}

/** What a character does to an unquoted word: ends it, or opens something with rules of its own. */
export const ends = 1;
export const opens = 2;
export const classes: Record<Dialect, Uint8Array> = { bash: classesOf(''), zsh: classesOf('=') };

function classesOf(more: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of ' \t\n;&|<>()') table[character.charCodeAt(0)] = ends;
  for (const character of `\\'"\`$~{${more}`) table[character.charCodeAt(0)] = opens;
  return table;
}
