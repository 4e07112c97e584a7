import { isDeepStrictEqual } from 'node:util';
import { MegallmError } from '../errors.ts';
import type { Json, JsonObject } from './plan.ts';

/**
 * `current` with what changed from `from` to `to` done to it: the change itself when nothing happened in between,
 * a merge by member when something did, and the change undone when `from` and `to` are exchanged.
 * Throws a MegallmError when a plain member that the change is about has become something else.
 */
export function mergeRecord(
  path: string,
  current: JsonObject | undefined,
  from: JsonObject | undefined,
  to: JsonObject | undefined,
): JsonObject | undefined {
  if (isDeepStrictEqual(current, from)) return to;
  if (isDeepStrictEqual(current, to)) return current;
  const merged: Record<string, Json | undefined> = { ...current };
  for (const member of new Set([...Object.keys(from ?? {}), ...Object.keys(to ?? {})])) {
    const value = mergeMember(path, member, current?.[member], from?.[member], to?.[member]);
    if (value === undefined) delete merged[member];
    else merged[member] = value;
  }
  return merged;
}

function mergeMember(
  path: string,
  member: string,
  current: Json | undefined,
  from: Json | undefined,
  to: Json | undefined,
): Json | undefined {
  if (isDeepStrictEqual(from, to) || isDeepStrictEqual(current, to)) return current;
  if (isDeepStrictEqual(current, from)) return to;
  if (isList(current) && isList(from ?? []) && isList(to ?? [])) {
    return mergeSets(
      current,
      (from as readonly Json[] | undefined) ?? [],
      (to as readonly Json[] | undefined) ?? [],
    );
  }
  throw new MegallmError(
    'refused',
    `"${member}" in ${path} was changed in the meantime.`,
    'Run the command again to start from what is there now.',
  );
}

function mergeSets(current: readonly Json[], from: readonly Json[], to: readonly Json[]): Json[] {
  const gone = from.filter((item) => !contains(to, item));
  const added = to.filter((item) => !contains(from, item) && !contains(current, item));
  return [...current.filter((item) => !contains(gone, item)), ...added];
}

function contains(list: readonly Json[], wanted: Json): boolean {
  return list.some((item) => isDeepStrictEqual(item, wanted));
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
