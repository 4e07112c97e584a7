import { MegallmError } from '../errors.ts';
import { readText } from '../system/files.ts';
import type { JsonObject } from './plan.ts';

/** One of our JSON state files; `undefined` when it is not there. Throws a MegallmError with the place of a syntax error. */
export function readRecord(path: string): JsonObject | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // The parser's own message quotes the text around the error, which may be anything.
  }
  throw new MegallmError(
    'unparsable',
    `${path} is not valid JSON.`,
    `Mend it, or move it away: mv ${path} ${path}.old`,
  );
}
