import { posix } from 'node:path';
import type { Source } from './source.ts';

/** Each cycle once, as `a → b → a`. Type-only imports do not count: they are gone when the program runs. */
export function importCycles(sources: readonly Source[]): string[] {
  const edges = new Map(sources.map((source) => [source.path, targetsOf(source)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}

function targetsOf({ path, imports }: Source): Set<string> {
  const runtime = imports.filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly);
  return new Set(runtime.map(({ specifier }) => posix.join(posix.dirname(path), specifier)));
}
