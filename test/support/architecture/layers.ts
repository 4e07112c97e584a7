import { posix } from 'node:path';
import type { Source } from './source.ts';

/**
 * The house, from top to bottom: what stands in a row may import what stands in the rows below it, and nothing
 * above. A name is a folder of src/ or a file directly in it. Neighbours in one row do not import each other.
 */
export const layers: readonly (readonly string[])[] = [
  ['main'],
  ['command-line'],
  // After a command, whatever it was.
  ['update'],
  ['program'],
  ['help'],
  ['command-table'],
  ['flags'],
  ['commands'],
  ['completion'],
  // The wizard, and what it does without questions.
  ['setup'],
  ['doctor'],
  ['signin'],
  // What megallm 3.1.0 left on the machine: found, and moved on a yes.
  ['legacy-offer'],
  ['consent'],
  ['rotation-report'],
  ['change-report'],
  // What commands and checks are handed; it knows all that stands below.
  ['context'],
  // A linked tool is a place that holds a key, as a backend is.
  ['integrations'],
  ['examples'],
  ['credentials'],
  ['verifier'],
  ['api'],
  ['changes'],
  ['terminal'],
  // What the last look at the registry has found.
  ['update-record'],
  ['system'],
  ['errors', 'secret', 'schema'],
];

/** Type-only imports count too: who knows a shape depends on it. */
export function wrongImports(sources: readonly Source[], rows = layers): string[] {
  return sources.flatMap(({ path, imports }) => {
    const own = layerOf(path);
    if (rowOf(own, rows) < 0) return [`${path} is in no layer: give ${own} a place in the list of layers`];
    return imports.flatMap(({ specifier, line }) => {
      if (!specifier.startsWith('.')) return [];
      const target = posix.join(posix.dirname(path), specifier);
      const reason = whyWrong(own, target, rows);
      return reason ? [`${path}:${line} imports ${target}: ${reason}`] : [];
    });
  });
}

function whyWrong(own: string, target: string, rows: readonly (readonly string[])[]): string | undefined {
  // The version has to come from somewhere.
  if (target === 'package.json') return undefined;
  if (!target.startsWith('src/')) return 'it is outside of src';
  const other = layerOf(target);
  if (own === other) return undefined;
  if (rowOf(other, rows) < rowOf(own, rows)) return `${other} stands above ${own}`;
  if (rowOf(other, rows) === rowOf(own, rows)) return `${other} stands beside ${own}`;
  return undefined;
}

/** `src/api/gateway.ts` → `api`, `src/errors.ts` → `errors`. */
function layerOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? '';
}

function rowOf(layer: string, rows: readonly (readonly string[])[]): number {
  return rows.findIndex((row) => row.includes(layer));
}
