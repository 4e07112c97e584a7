import type { Part, Range, Removal } from './statement.ts';

/** The removal of one statement: the largest part that holds nothing but this statement. */
export function removalOf(part: Part): Removal {
  let largest = part;
  while (largest.parent?.size === 1) largest = largest.parent;
  return { start: largest.start, end: largest.end, part };
}

/** The removals of several statements of one script as one list of cuts, sorted, none touching another. */
export function joinRemovals(removals: readonly Removal[]): readonly Range[] {
  const membersGone = new Map<Part, number>();
  const gone = new Set<Part>();
  for (const { part } of removals) {
    let next: Part | undefined = part;
    while (next && !gone.has(next)) {
      gone.add(next);
      const parent: Part | undefined = next.parent;
      if (!parent) break;
      const count: number = (membersGone.get(parent) ?? 0) + 1;
      membersGone.set(parent, count);
      next = count === parent.size ? parent : undefined;
    }
  }
  return joinRanges([...gone]);
}

function joinRanges(ranges: readonly Range[]): readonly Range[] {
  const joined: Range[] = [];
  for (const { start, end } of [...ranges].sort((left, right) => left.start - right.start)) {
    const last = joined.at(-1);
    if (last && start <= last.end)
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else joined.push({ start, end });
  }
  return joined;
}
