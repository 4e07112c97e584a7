import { basename } from 'node:path';
import { readFile } from '../../system/files.ts';
import type { NewShell, Seen } from '../../system/new-shell.ts';

/** Something in a startup file that keeps a shell from coming up as a program starts it. */
export interface Hindrance {
  /** `PATH:LINE`, or the files among which it is. */
  readonly place: string;
  readonly detail: string;
  readonly next: readonly string[];
  /** New terminals are broken by it, not only shells without one. */
  readonly isSevere: boolean;
}

interface Line {
  readonly path: string;
  readonly number: number;
  readonly text: string;
}

/** What the startup `files` did to a shell, by its trace; `undefined`: nothing. */
export function hindranceIn(
  { program }: NewShell,
  seen: Seen,
  files: readonly string[],
): Hindrance | undefined {
  const error = syntaxErrorIn(seen.said, files);
  if (error) return brokenAt(error, program);
  if ('values' in seen) return asking(files);
  if (seen.notInstalled) return undefined;
  const reached = lastLineReached(seen.said, files);
  const place = reached ? placeOf(reached) : files.join(', ');
  if (reached && /\bexec\b/.test(reached.text)) return replacedAt(place);
  if (seen.code !== undefined) return endedAt(place, program, seen.code);
  return lateAt(place, program, seen.problem);
}

/** As bash, zsh and fish report it; what they quote of the line is left out. */
const syntaxErrors = [
  /^(?:-?bash: )?(\S.*): line (\d+): (?:syntax error|unexpected EOF)/gm,
  /^(\/.*?):(\d+): parse error/gm,
  /^(\S.*\.fish) \(line (\d+)\): /gm,
];

function syntaxErrorIn(said: string, files: readonly string[]): Line | undefined {
  for (const pattern of syntaxErrors) {
    for (const [, name = '', number = ''] of said.matchAll(pattern)) {
      const path = files.find(
        (file) => file === name || (name.startsWith('~') && file.endsWith(name.slice(1))),
      );
      if (path) return { path, number: Number(number), text: '' };
    }
  }
  return undefined;
}

/** The last line of the files that the trace shows: what ended the shell, or what it waits for. */
export function lastLineReached(said: string, files: readonly string[]): Line | undefined {
  const known = new Map<string, Line>();
  for (const line of files.flatMap(linesOf)) known.set(line.text, line);
  const traced = said.split('\n');
  for (const text of traced.toReversed()) {
    const line = known.get(text.replace(/^-*> /, '').trim());
    if (line) return line;
  }
  return undefined;
}

/** Those that say something: an `fi` stands everywhere. */
function linesOf(path: string): Line[] {
  return textOf(path)
    .split('\n')
    .map((text, index) => ({ path, number: index + 1, text: text.trim() }))
    .filter(({ text }) => !/^(?:#.*|fi|done|esac|end|else|then|do|[{}();]*)$/.test(text));
}

function textOf(path: string): string {
  try {
    return readFile(path)?.bytes.toString('utf8') ?? '';
  } catch {
    return '';
  }
}

function placeOf({ path, number }: Line): string {
  return `${path}:${number}`;
}

function brokenAt(line: Line, program: string): Hindrance {
  return {
    place: placeOf(line),
    detail: `${program} meets a syntax error in ${basename(line.path)}, and reads no further`,
    next: [`Mend line ${line.number} of ${line.path}, and look again: ${program} -n ${line.path}`],
    isSevere: true,
  };
}

function replacedAt(place: string): Hindrance {
  return {
    place,
    detail: 'starts another program in place of the shell, so that nobody can ask the shell',
    next: [`Put it behind a question for a terminal in ${place}: [ -t 0 ] && exec …`],
    isSevere: false,
  };
}

function endedAt(place: string, program: string, code: number): Hindrance {
  return {
    place,
    detail: `ends every new ${program} (exit code ${code})`,
    next: [`Take what ends the shell out of ${place}; to stop reading the file, use return`],
    isSevere: true,
  };
}

function lateAt(place: string, program: string, problem: string): Hindrance {
  return {
    place,
    detail: `keeps a new ${program} waiting: ${problem}`,
    next: [`Make ${place} quick, or run it in the background`],
    isSevere: true,
  };
}

/** A question at the file's own level: nobody answers it where programs start the shell. */
function asking(files: readonly string[]): Hindrance | undefined {
  for (const path of files) {
    const index = textOf(path)
      .split('\n')
      .findIndex((line) => /^(?:read|vared)\s[^<|]*$/.test(line));
    if (index < 0) continue;
    const place = `${path}:${index + 1}`;
    const detail = 'asks for input, which nobody gives where a program starts the shell';
    return {
      place,
      detail,
      next: [`Ask only on a terminal, in ${place}: [ -t 0 ] && read …`],
      isSevere: false,
    };
  }
  return undefined;
}
