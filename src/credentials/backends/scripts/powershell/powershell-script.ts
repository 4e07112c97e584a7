import { settleScript } from '../settle.ts';
import type { ShellScript } from '../statement.ts';
import { PowerShellBlocks } from './blocks.ts';

/**
 * Reads a PowerShell file as PowerShell would, without running anything. `text` has one character for each byte
 * (latin1), so that offsets are those of bytes. Never throws, and costs time in proportion to the text. What follows a
 * syntax error is read too, although PowerShell would run nothing of such a file.
 *
 * Variables are those of the environment alone, their names in capitals, since their case does not count. `names`: those
 * that are asked about; all by default.
 */
export function readPowerShellScript(text: string, names?: ReadonlySet<string>): ShellScript {
  const capitals = names && new Set([...names].map((name) => name.toUpperCase()));
  const blocks = new PowerShellBlocks(text, capitals);
  blocks.read();
  const { unclosedAt } = blocks;
  // What stands in parentheses is read before the statement around it.
  const drafts = blocks.drafts.toSorted((left, right) => left.start - right.start);
  return settleScript(drafts, text, unclosedAt);
}
