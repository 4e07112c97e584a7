import type { ApiAnswer } from '../api/call.ts';
import { type SafeText, safeTextFor } from '../api/safe-text.ts';
import { isObject, member } from '../api/shapes.ts';
import type { Secret } from '../secret.ts';

/** What the service told about authentication because of `X-Debug-Auth: true`; names and values are safe to show. */
export type DebugAuth = readonly DebugFact[];

export interface DebugFact {
  /** A header's name in lower case, or the path of a JSON member such as `debug_auth.scopes`. */
  readonly name: string;
  readonly value: string;
}

const members = ['debug', 'auth_debug', 'debug_auth'];
const maxFacts = 40;
const maxDepth = 3;

/**
 * The shape is not documented: every `x-debug-*` and `x-auth-*` header, and every `debug`, `auth_debug` or `debug_auth`
 * member of the body or of its `error`, objects taken apart.
 */
export function collectDebugAuth({ headers, json }: ApiAnswer, key: Secret): DebugAuth {
  const safe = safeTextFor(key);
  const facts: DebugFact[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (/^x-(debug|auth)-/.test(name)) facts.push({ name: safe(name, 80), value: safe(value) });
  }
  for (const place of [json, member(json, 'error')]) {
    for (const name of members) addFacts(facts, name, member(place, name), safe, 0);
  }
  return facts.slice(0, maxFacts);
}

/** The facts of several answers, the first one of each name. */
export function mergeDebugAuth(...all: readonly DebugAuth[]): DebugAuth {
  const merged = new Map<string, DebugFact>();
  for (const fact of all.flat()) if (!merged.has(fact.name)) merged.set(fact.name, fact);
  return [...merged.values()].slice(0, maxFacts);
}

function addFacts(facts: DebugFact[], name: string, value: unknown, safe: SafeText, depth: number): void {
  if (value === undefined || facts.length >= maxFacts) return;
  if (isObject(value) && depth < maxDepth) {
    for (const [inner, part] of Object.entries(value))
      addFacts(facts, `${name}.${inner}`, part, safe, depth + 1);
    return;
  }
  facts.push({ name: safe(name, 80), value: safe(typeof value === 'string' ? value : written(value)) });
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Nested so deeply that it can be parsed and not written.
    return '…';
  }
}
