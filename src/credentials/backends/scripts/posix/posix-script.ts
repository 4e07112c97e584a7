import { Drafts } from '../draft.ts';
import { settleScript } from '../settle.ts';
import type { ShellScript } from '../statement.ts';
import { Commands } from './commands.ts';
import { readLines } from './lines.ts';
import { leaveOutNuls } from './nuls.ts';
import { type Dialect, Unclosed } from './source.ts';

/**
 * Reads a startup file as the shell would, without running anything. `text` has one character for each byte (latin1), so
 * that offsets are those of bytes. Never throws, and costs time in proportion to the text. What follows a syntax error
 * is read too, although the shell would stop there.
 *
 * `names`: the variables that are asked about; all by default.
 */
export function readPosixScript(text: string, dialect: Dialect, names?: ReadonlySet<string>): ShellScript {
  // Bash leaves NULs out before it reads; to zsh they are characters like others.
  if (dialect === 'bash' && text.includes('\0')) return readWithNuls(text, names);
  const drafts = new Drafts(names);
  const commands = new Commands(text, dialect, drafts);
  const unclosedAt = readToEnd(commands);
  drafts.settleContexts();
  return settleScript(drafts.list, text, unclosedAt);
}

function readWithNuls(text: string, names: ReadonlySet<string> | undefined): ShellScript {
  const without = leaveOutNuls(text);
  const { statements, unterminated } = readPosixScript(without.text, 'bash', names);
  return { statements: statements.map(without.original), unterminated };
}

function readToEnd(commands: Commands): number | undefined {
  try {
    readLines(commands);
    return commands.source.unclosedAt;
  } catch (error) {
    if (!(error instanceof Unclosed)) throw error;
    return commands.source.unclosedAt ?? error.at;
  }
}
