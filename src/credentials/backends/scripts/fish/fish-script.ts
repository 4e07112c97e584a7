import { settleScript } from '../settle.ts';
import type { ShellScript } from '../statement.ts';
import { FishCommands } from './commands.ts';

/**
 * Reads a fish file as fish would, without running anything. `text` has one character for each byte (latin1), so that
 * offsets are those of bytes. Never throws, and costs time in proportion to the text. What follows a syntax error is
 * read too, although fish would run nothing of such a file. What a command substitution sets is not looked for: nobody
 * sets anything there, and fish alone runs it in its own process.
 *
 * `names`: the variables that are asked about; all by default.
 */
export function readFishScript(text: string, names?: ReadonlySet<string>): ShellScript {
  const commands = new FishCommands(withoutEnd(text), names);
  commands.read();
  const { unclosedAt, drafts } = commands;
  return settleScript(drafts, text, unclosedAt);
}

/** A NUL ends the text for fish. */
function withoutEnd(text: string): string {
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}
