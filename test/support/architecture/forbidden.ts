import type { Source } from './source.ts';

/** What only certain files may do, so that everybody else gets it handed in and can be tested without it. */
interface Forbidden {
  readonly what: string;
  /** Searched in the code, in which comments and the contents of strings are blank. */
  readonly pattern: RegExp;
  readonly allowedIn: readonly string[];
}

/** They begin a process, and end it. */
const programs = ['src/main.ts', 'src/update/checker.ts'];

export const forbidden: readonly Forbidden[] = [
  { what: 'process.env', pattern: /\bprocess\s*\??\.\s*env\b/g, allowedIn: programs },
  {
    what: 'process.exit',
    pattern: /\bprocess\s*\??\.\s*(exit|exitCode|abort)\b/g,
    allowedIn: programs,
  },
  { what: 'console', pattern: /(?<!\.\s*)\bconsole\b(?!\s*:)/g, allowedIn: [] },
  {
    what: 'process.stdout and process.stderr',
    pattern: /\bprocess\s*\??\.\s*(stdout|stderr)\b/g,
    allowedIn: ['src/main.ts', 'src/terminal/output.ts'],
  },
  {
    what: 'writing to 1 and 2',
    pattern: /\bwrite(Sync)?\(\s*[12]\b/g,
    // The keychain's child is a program of its own: its stdout is its answer.
    allowedIn: ['src/main.ts', 'src/terminal/output.ts', 'src/system/keychain-child.ts'],
  },
  // By these ways the ones above would be had under another name.
  { what: 'process[…]', pattern: /\bprocess\s*(\?\.\s*)?\[/g, allowedIn: [] },
  {
    what: 'taking process apart',
    pattern: /\}\s*=\s*(globalThis\s*\.\s*)?process\b(?!\s*[.?[])/g,
    allowedIn: ['src/main.ts'],
  },
];

/** Importing these is one more way to the same. */
const forbiddenModules = /^(node:)?(process|console)$/;

export function forbiddenUses(sources: readonly Source[], rules = forbidden): string[] {
  return sources.flatMap((source) => [
    ...rules
      .filter(({ allowedIn }) => !allowedIn.includes(source.path))
      .flatMap((rule) => usesOf(rule, source)),
    ...source.imports
      .filter(({ specifier }) => forbiddenModules.test(specifier))
      .map(({ specifier, line }) => `${source.path}:${line} imports ${specifier}`),
  ]);
}

function usesOf({ what, pattern, allowedIn }: Forbidden, { path, code }: Source): string[] {
  const where = allowedIn.length > 0 ? `is for ${allowedIn.join(' and ')} alone` : 'is for no file';
  return [...code.matchAll(pattern)].map(({ index }) => {
    const line = code.slice(0, index).split('\n').length;
    return `${path}:${line} ${what} ${where}`;
  });
}
