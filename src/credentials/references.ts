import { Secret } from '../secret.ts';
import { type ExportedVariables, plainValue } from './backends/backend.ts';
import { keyVariable } from './key.ts';

/** What Compose, and a shell, puts the key in place of. */
export const keyReference = `\${${keyVariable}}`;

/** The variables with a reference in place of each key: text that holds no secret, for files that are shared. */
export function referencesTo(variables: ExportedVariables): Map<string, string> {
  return new Map(
    [...variables].map(([name, value]) => [
      name,
      // Compose reads a dollar sign as the beginning of a reference.
      value instanceof Secret ? keyReference : plainValue(value).replaceAll('$', '$$$$'),
    ]),
  );
}
