import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Found } from '../../credentials/backends/backend.ts';
import { readDotenv } from '../../credentials/backends/dotenv-file.ts';
import { readPosixScript } from '../../credentials/backends/scripts/posix/posix-script.ts';
import { Secret } from '../../secret.ts';
import type { Machine } from '../../system/machine.ts';
import { readableText } from './readable.ts';

/** What a direnv file assigns, and what it names with `dotenv`. It is read, and never run: it may be anybody's. */
export function inEnvrc(folder: string, names: readonly string[]): Found[] {
  const path = join(folder, '.envrc');
  const text = readableText(path);
  const files = [...text.matchAll(/^[ \t]*dotenv(?:_if_exists)?(?:[ \t]+["']?([\w./-]+))?/gm)];
  return [
    ...inScript(path, text, names),
    ...files.flatMap(([, file = '.env']) => (file === '.env' ? [] : inDotenv(join(folder, file), names))),
  ];
}

/** What the system gives to every login: `/etc/environment`, `/etc/profile` and what that reads. */
export function inSystemFiles({ platform }: Pick<Machine, 'platform'>, names: readonly string[]): Found[] {
  if (platform === 'win32') return [];
  const scripts = ['/etc/profile', ...scriptsIn('/etc/profile.d')];
  return [
    ...inDotenv('/etc/environment', names),
    ...scripts.flatMap((path) => inScript(path, readableText(path), names)),
  ];
}

function inScript(path: string, text: string, names: readonly string[]): Found[] {
  if (!names.some((name) => text.includes(name))) return [];
  return readPosixScript(text, 'bash', new Set(names)).statements.flatMap((statement) => {
    if (statement.kind !== 'assignment' || statement.context === 'function') return [];
    const { name, value, line } = statement;
    return [{ name, value: value === undefined ? undefined : new Secret(value), path, line }];
  });
}

function inDotenv(path: string, names: readonly string[]): Found[] {
  return readDotenv(readableText(path)).flatMap(({ name, value, line }) =>
    names.includes(name) ? [{ name, value: new Secret(value), path, line }] : [],
  );
}

function scriptsIn(folder: string): string[] {
  try {
    const scripts = readdirSync(folder).filter((name) => name.endsWith('.sh'));
    return scripts.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}
