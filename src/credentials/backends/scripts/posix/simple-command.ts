import type { Range } from '../statement.ts';
import type { Word } from './characters.ts';
import type { Dialect, ShellSource } from './source.ts';
import { numericRange, readWord } from './word.ts';

/** Assignments, or words with assignments before them, and redirections. */
export interface SimpleCommand extends Range {
  /** In front of the first word that is none. */
  readonly assignments: readonly Word[];
  readonly words: readonly Word[];
  /** Words and redirections as they follow each other. */
  readonly pieces: readonly Range[];
  /** Whether its redirections, if any, would not be missed: to /dev/null, or of one descriptor to another. */
  readonly harmless: boolean;
}

const assignment = /^[A-Za-z_][A-Za-z0-9_]*\+?=/;
const descriptor = /(?:[0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})(?=[<>])/y;
const operator: Record<Dialect, RegExp> = {
  bash: /&>>?|<<<|<<-?|<&|<>|<|>>|>&|>\||>/y,
  zsh: /&>>?[|!]?|<<<|<<-?|<&|<>|<|>>?&?[|!]?/y,
};

export function isAssignment(word: Word): boolean {
  if (word.subscript) return true;
  const found = assignment.exec(word.text);
  return found !== null && found[0].length <= word.bare;
}

/**
 * Reads a command up to what separates it from the next. `closes` tells where a word ends the command although it could
 * be one of its arguments: zsh's `}`.
 */
export function readSimpleCommand(source: ShellSource, closes: () => boolean): SimpleCommand {
  const reader = new SimpleCommandReader(source);
  while (!closes() && reader.readPiece()) source.skipBlanks();
  return reader.command();
}

/** Redirections alone, as they may follow a compound command. */
export function readRedirections(source: ShellSource): void {
  source.skipBlanks();
  while (readRedirection(source) !== undefined) source.skipBlanks();
}

class SimpleCommandReader {
  readonly #source: ShellSource;
  readonly #start: number;
  readonly #assignments: Word[] = [];
  readonly #words: Word[] = [];
  readonly #pieces: Range[] = [];
  #harmless = true;

  constructor(source: ShellSource) {
    this.#source = source;
    this.#start = source.position;
  }

  /** False where the command ends, before the separator. */
  readPiece(): boolean {
    const source = this.#source;
    if (source.code() === 0x23) return false;
    const start = source.position;
    const redirection = readRedirection(source);
    if (redirection !== undefined) {
      this.#harmless &&= redirection;
      this.#pieces.push({ start, end: source.position });
      return true;
    }
    return this.#readWord();
  }

  #readWord(): boolean {
    const source = this.#source;
    const first = this.#words[0]?.text;
    const mayAssign = first === undefined || source.dialect === 'bash' || declares.has(first);
    const word = readWord(source, mayAssign);
    if (word.start === word.end) return false;
    this.#pieces.push(word);
    if (first === undefined && isAssignment(word)) this.#assignments.push(word);
    else this.#words.push(word);
    return true;
  }

  command(): SimpleCommand {
    return {
      start: this.#start,
      end: this.#pieces.at(-1)?.end ?? this.#start,
      assignments: this.#assignments,
      words: this.#words,
      pieces: this.#pieces,
      harmless: this.#harmless,
    };
  }
}

/** Commands whose arguments are read as assignments, arrays included. */
const declares = new Set([
  'builtin',
  'declare',
  'export',
  'float',
  'integer',
  'local',
  'nocorrect',
  'noglob',
  'private',
  'readonly',
  'typeset',
]);

/** A process substitution, or one of zsh's ranges: `<1-9>`. */
function isPartOfWord(source: ShellSource, sign: string): boolean {
  if (sign !== '<' && sign !== '>') return false;
  return source.code(1) === 0x28 || (source.dialect === 'zsh' && source.match(numericRange) !== undefined);
}

/** Whether the redirection at the position is harmless; `undefined` where there is none. */
function readRedirection(source: ShellSource): boolean | undefined {
  const before = source.position;
  source.position += source.match(descriptor)?.length ?? 0;
  const at = source.position;
  const sign = source.match(operator[source.dialect]);
  if (sign === undefined || isPartOfWord(source, sign)) {
    source.position = before;
    return undefined;
  }
  source.position += sign.length;
  source.skipBlanks();
  const target = readWord(source, false);
  if (sign === '<<' || sign === '<<-') {
    source.hereDocuments.push({
      at,
      delimiter: target.text,
      quoted: target.quoted,
      stripsTabs: sign === '<<-',
      endsBeforeParenthesis: source.dialect === 'bash' && source.substitutions > 0,
    });
    return false;
  }
  return target.text === '/dev/null' || (/^[<>]&$/.test(sign) && /^([0-9]+|-)$/.test(target.text));
}
