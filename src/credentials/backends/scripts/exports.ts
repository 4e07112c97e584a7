import type { Draft } from './draft.ts';

/** Those of the assignments that programs get to see, by what the file says before and after them. */
export function exportedDrafts(drafts: readonly Draft[]): ReadonlySet<Draft> {
  const exported = new Set<Draft>();
  const before = new Map<string, boolean>();
  let all = false;
  for (const draft of drafts) {
    if (draft.kind === 'assignment' && (draft.exported ?? (before.get(draft.name) || all)))
      exported.add(draft);
    if (isElsewhere(draft)) continue;
    if (draft.kind === 'export-all') all = draft.exported ?? false;
    else if (draft.kind !== 'source') before.set(draft.name, draft.kind === 'export' || exported.has(draft));
  }
  addExportedLater(drafts, exported);
  return exported;
}

/** `NAME=x` and then, further down, `export NAME`. */
function addExportedLater(drafts: readonly Draft[], exported: Set<Draft>): void {
  const later = new Set<string>();
  for (const draft of drafts.toReversed()) {
    if (isElsewhere(draft)) continue;
    if (draft.kind === 'export') later.add(draft.name);
    else if (draft.kind === 'unset' || draft.exported === false) later.delete(draft.name);
    else if (draft.kind === 'assignment') {
      if (draft.exported) later.add(draft.name);
      else if (later.has(draft.name)) exported.add(draft);
    }
  }
}

/** What happens in a function or another process says nothing about the file's own variables. */
function isElsewhere({ context }: Draft): boolean {
  return context === 'function' || context === 'subshell';
}
