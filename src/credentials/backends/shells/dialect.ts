import type { Machine } from '../../../system/machine.ts';
import type { NewShell } from '../../../system/new-shell.ts';
import type { Found, Obstacle } from '../backend.ts';
import type { ShellScript } from '../scripts/statement.ts';

/** All in which one shell differs from the next. */
export interface ShellDialect {
  readonly id: string;
  /** The file in `~/.megallm` that has the variables. */
  readonly environmentFile: string;
  startupFiles(machine: Machine, read: Read): StartupFiles;
  /** Texts have one character for each byte. */
  read(text: string, names?: ReadonlySet<string>): ShellScript;
  /** A line that exports a variable, without its ending. */
  exportLine(name: string, value: string): string;
  /** The line that reads the environment file, if it is there. */
  readonly readingLine: string;
  /** A byte-order mark is read over, not as a part of the first word. */
  readonly knowsBom: boolean;
  /** A carriage return at the end of a line is read over. */
  readonly knowsCrLf: boolean;
  /** Files in UTF-16 are read too, which megallm does not write. */
  readonly knowsUtf16: boolean;
  /** The startup file is megallm's alone. */
  readonly isOwnFile?: true;
  /** What keeps new shells from reading their startup files at all. */
  readonly obstacle?: Obstacle;
  /** What the shell itself has kept of variables: whatever a startup file exports wins over that. */
  kept?(machine: Machine, names: readonly string[]): readonly Found[];
  /** The new shells that decide whether it works; those that are not installed do not count while others are. */
  readonly provenBy: readonly NewShell[];
  /** Those that doctor starts, which wants to know more. */
  readonly examinedBy: readonly NewShell[];
  /** What a person types to get the variables now. */
  readonly restart: string;
}

export interface StartupFiles {
  /** The file of interactive shells: it stands for the shell as a location. */
  readonly main: string;
  /** The files that need our block so that every new shell meets it. */
  readonly blocked: readonly string[];
  /** The files that new shells read, in which an assignment of the user's would count. */
  readonly all: readonly string[];
  /** The files that are read before the first block: what they set gives way to it. */
  readonly earlier?: readonly string[];
  /** Every file that may ever have got a block. */
  readonly candidates: readonly string[];
}

export type Read = (path: string) => string;
