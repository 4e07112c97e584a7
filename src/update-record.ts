import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from './system/files.ts';
import type { Machine } from './system/machine.ts';

/** What `~/.megallm/update.json` says; times in milliseconds since 1970. */
export interface UpdateRecord {
  /** When the registry was last asked, whether or not it answered. */
  readonly checkedAt?: number;
  readonly shownAt?: number;
  /** The newest release that the registry knew. */
  readonly latest?: string;
}

type Folder = Pick<Machine, 'folder'>;

/** `undefined`: there is no such file. What is in it and makes no sense counts as not there. */
export function readUpdateRecord({ folder }: Folder): UpdateRecord | undefined {
  const text = readText(pathIn(folder));
  if (text === undefined) return undefined;
  const found = parsed(text);
  return {
    ...(typeof found.checkedAt === 'number' && { checkedAt: found.checkedAt }),
    ...(typeof found.shownAt === 'number' && { shownAt: found.shownAt }),
    ...(isRelease(found.latest) && { latest: found.latest }),
  };
}

/** In one step, and without making a folder: after `uninstall` there is none to write to. */
export function writeUpdateRecord({ folder }: Folder, record: UpdateRecord): void {
  const temporary = `${pathIn(folder)}.${process.pid}`;
  try {
    writeFileSync(temporary, `${JSON.stringify(record)}\n`, { flag: 'wx', mode: 0o600 });
    renameSync(temporary, pathIn(folder));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A release as https://semver.org has it, with nothing before or behind: it is shown on a terminal. */
export function isRelease(value: unknown): value is string {
  return typeof value === 'string' && /^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}$/.test(value);
}

/** By the order of semver.org, as far as versions of megallm go: `4.1.0-rc.1` comes before `4.1.0`. */
export function isNewer(left: string, right: string): boolean {
  const [[core = '', pre], [otherCore = '', otherPre]] = [left, right].map((version) => {
    const dash = version.indexOf('-');
    return dash < 0 ? [version] : [version.slice(0, dash), version.slice(dash + 1)];
  }) as [string[], string[]];
  const order = compare(core, otherCore);
  if (order !== 0) return order > 0;
  if (pre === undefined || otherPre === undefined) return pre === undefined && otherPre !== undefined;
  return compare(pre, otherPre) > 0;
}

function compare(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}

function pathIn(folder: string): string {
  return join(folder, 'update.json');
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}
