import { type ExportedVariables, plainValue } from './backends/backend.ts';
import { quoteForDotenv, quoteForPosixShell } from './backends/quoting.ts';

/** The forms in which variables can be printed, each quoted for the program that reads it. */
const writers = {
  posix: (name: string, value: string) => `export ${name}=${quoteForPosixShell(value)}\n`,
  dotenv: (name: string, value: string) => `${name}=${quoteForDotenv(name, value)}\n`,
} as const;

export type Format = keyof typeof writers | 'json';
export const formats: readonly Format[] = ['posix', 'dotenv', 'json'];

export function formatVariables(variables: ExportedVariables, format: Format): string {
  const plain = [...variables].map(([name, value]) => [name, plainValue(value)] as const);
  if (format === 'json') return `${JSON.stringify(Object.fromEntries(plain), null, 2)}\n`;
  return plain.map(([name, value]) => writers[format](name, value)).join('');
}
