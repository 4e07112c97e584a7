import { type ExportedVariables, plainValue } from './backends/backend.ts';
import { githubEntry, newDelimiter } from './backends/github-file.ts';
import {
  quoteForCmd,
  quoteForDotenv,
  quoteForFish,
  quoteForPosixShell,
  quoteForPowerShell,
} from './backends/quoting.ts';

type Write = (variables: readonly (readonly [name: string, value: string])[]) => string;

/** The forms in which variables can be printed, each quoted for the program that reads it. */
const writers = {
  posix: lines((name, value) => `export ${name}=${quoteForPosixShell(value)}`),
  fish: lines((name, value) => `set -gx ${name} ${quoteForFish(value)}`),
  powershell: lines((name, value) => `$env:${name} = ${quoteForPowerShell(value)}`),
  cmd: lines((name, value) => `set ${quoteForCmd(name, value)}`),
  github: (variables) => variables.map(([name, value]) => githubEntry(name, value, newDelimiter())).join(''),
  dotenv: lines((name, value) => `${name}=${quoteForDotenv(name, value)}`),
  json: (variables) => `${JSON.stringify(Object.fromEntries(variables), null, 2)}\n`,
} as const satisfies Record<string, Write>;

export type Format = keyof typeof writers;
export const formats = Object.keys(writers) as readonly Format[];

export function formatVariables(variables: ExportedVariables, format: Format): string {
  return writers[format]([...variables].map(([name, value]) => [name, plainValue(value)]));
}

function lines(write: (name: string, value: string) => string): Write {
  return (variables) => variables.map(([name, value]) => `${write(name, value)}\n`).join('');
}
