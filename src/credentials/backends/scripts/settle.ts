import type { Draft } from './draft.ts';
import { exportedDrafts } from './exports.ts';
import { LineCounter } from './line-counter.ts';
import { removalOf } from './removal.ts';
import type { ShellScript, Statement } from './statement.ts';

/** What a reader has found, with what only the whole file tells of it; `unclosedAt`: what nothing ends begins there. */
export function settleScript(
  drafts: readonly Draft[],
  text: string,
  unclosedAt: number | undefined,
): ShellScript {
  const unterminated =
    unclosedAt === undefined ? undefined : { line: new LineCounter(text).lineOf(unclosedAt) };
  return { statements: statementsOf(drafts, text), unterminated };
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
