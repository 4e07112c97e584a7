import { Commands } from './commands.ts';
import { type Draft, Drafts } from './draft.ts';
import { exportedDrafts } from './exports.ts';
import { LineCounter } from './line-counter.ts';
import { readLines } from './lines.ts';
import { leaveOutNuls } from './nuls.ts';
import { removalOf } from './removal.ts';
import { type Dialect, Unclosed } from './source.ts';
import type { ShellScript, Statement } from './statement.ts';

export type { Dialect } from './source.ts';
export type * from './statement.ts';

/**
 * Reads a startup file as the shell would, without running anything. `text` has one character for each byte (latin1), so
 * that offsets are those of bytes. Never throws, and costs time in proportion to the text. What follows a syntax error
 * is read too, although the shell would stop there.
 *
 * `names`: the variables that are asked about; all by default.
 */
export function readShellScript(text: string, dialect: Dialect, names?: ReadonlySet<string>): ShellScript {
  // Bash leaves NULs out before it reads; to zsh they are characters like others.
  if (dialect === 'bash' && text.includes('\0')) return readWithNuls(text, names);
  const drafts = new Drafts(names);
  const commands = new Commands(text, dialect, drafts);
  const unclosedAt = readToEnd(commands);
  drafts.settleContexts();
  const unterminated =
    unclosedAt === undefined ? undefined : { line: new LineCounter(text).lineOf(unclosedAt) };
  return { statements: statementsOf(drafts.list, text), unterminated };
}

function readWithNuls(text: string, names: ReadonlySet<string> | undefined): ShellScript {
  const without = leaveOutNuls(text);
  const { statements, unterminated } = readShellScript(without.text, 'bash', names);
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

function statementsOf(drafts: readonly Draft[], text: string): Statement[] {
  const lines = new LineCounter(text);
  const exported = exportedDrafts(drafts);
  return drafts.flatMap((draft): Statement[] => {
    const { kind, name, start, end, context } = draft;
    if (kind === 'export' || kind === 'export-all') return [];
    const place = { start, end, line: lines.lineOf(start), context };
    if (kind === 'source') return [{ kind, path: name, ...place }];
    const removal = context === 'top-level' && draft.part ? removalOf(draft.part) : undefined;
    if (kind === 'unset') return [{ kind, name, ...place, removal }];
    return [{ kind, name, value: draft.value, exported: exported.has(draft), ...place, removal }];
  });
}
