import type { CommandReader } from './command-reader.ts';
import { readCasePattern, takeReserved } from './reserved.ts';
import type { ShellSource } from './source.ts';
import { readWord } from './word.ts';

/** After `case`; false where it does not go on as it should. */
export function readCase(source: ShellSource, commands: CommandReader): boolean {
  const isZsh = source.dialect === 'zsh';
  source.skipBlanks();
  readWord(source, false);
  source.skipBlanks();
  if (isZsh) source.take(';');
  source.skipLines();
  const braces = isZsh && source.take('{');
  if (!braces && !takeReserved(source, 'in')) return false;
  if (isZsh) source.take(';');
  return readBranches(source, commands, braces ? '}' : 'esac');
}

function readBranches(source: ShellSource, commands: CommandReader, end: '}' | 'esac'): boolean {
  for (;;) {
    source.skipLines();
    if (takeReserved(source, end)) return true;
    if (source.position >= source.text.length || !readCasePattern(source)) return false;
    commands.readList();
    const goesOn = [';;&', ';;', ';&', ';|'].some((sign) => source.take(sign));
    if (!goesOn) return takeReserved(source, end);
  }
}
