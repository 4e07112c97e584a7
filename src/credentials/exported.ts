import type { Secret } from '../secret.ts';
import type { ExportedVariables } from './backends/backend.ts';
import { keyVariable } from './key.ts';

/** The variables by which programs find a key. */
export function exportedVariables(key: Secret): ExportedVariables {
  return new Map([[keyVariable, key]]);
}
