import { type Dirent, readdirSync, realpathSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { trackedFiles, workingTreeOf } from '../../system/git.ts';
import type { Machine } from '../../system/machine.ts';

/** A file in which a key may have been left, and what kind of file that is. */
export interface Trace {
  readonly path: string;
  readonly kind: 'shell history' | 'tracked file' | 'agent transcript';
}

/** Of what Git tracks: an index may name millions of files, there or not. */
const mostTracked = 50_000;

/** Where keys are left behind, most telling first; found one by one, since there may be very many. */
export async function* traces(machine: Machine, signal: AbortSignal): AsyncGenerator<Trace> {
  for (const path of histories(machine)) {
    if (staysIn(path, machine.home)) yield { path, kind: 'shell history' };
  }
  const tree = workingTreeOf(machine.cwd);
  const tracked = tree === undefined ? [] : await trackedFiles(tree, machine.env);
  for (const [index, name] of tracked.slice(0, mostTracked).entries()) {
    // Files that are not there are passed over without a pause: the deadline needs one.
    if (index % 100 === 0) await setImmediate();
    if (signal.aborted) return;
    const path = join(tree ?? '', name);
    if (staysIn(path, tree ?? '')) yield { path, kind: 'tracked file' };
  }
  for (const folder of transcriptFolders(machine)) {
    if (!staysIn(folder, machine.home)) continue;
    for (const path of filesIn(folder, 6)) yield { path, kind: 'agent transcript' };
  }
}

/** zsh writes its history metafied, but printable ASCII, which keys are, stays as it is in there (zsh: Src/utils.c). */
function histories({ env, home, platform }: Machine): string[] {
  const data = folderOf(env.XDG_DATA_HOME, join(home, '.local', 'share'));
  const readLine = join('PSReadLine', 'ConsoleHost_history.txt');
  const candidates = [
    ...(env.HISTFILE && isAbsolute(env.HISTFILE) ? [env.HISTFILE] : []),
    join(home, '.bash_history'),
    join(folderOf(env.ZDOTDIR, home), '.zsh_history'),
    join(folderOf(env.ZDOTDIR, home), '.histfile'),
    join(data, 'fish', 'fish_history'),
    join(data, 'powershell', readLine),
    ...(platform === 'win32' && env.APPDATA
      ? [join(env.APPDATA, 'Microsoft', 'Windows', 'PowerShell', readLine)]
      : []),
  ];
  return [...new Set(candidates)];
}

/** Of Claude Code, Codex and OpenCode. OpenCode's auth.json, which is to have the key, stands beside its folder. */
function transcriptFolders({ env, home }: Machine): string[] {
  return [
    join(folderOf(env.CLAUDE_CONFIG_DIR, join(home, '.claude')), 'projects'),
    join(folderOf(env.CODEX_HOME, join(home, '.codex')), 'sessions'),
    join(folderOf(env.XDG_DATA_HOME, join(home, '.local', 'share')), 'opencode', 'storage'),
  ];
}

function folderOf(configured: string | undefined, otherwise: string): string {
  return configured && isAbsolute(configured) ? configured : otherwise;
}

/** Regular files alone: no link is followed. */
function* filesIn(folder: string, depth: number): Generator<string> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && depth > 0) yield* filesIn(path, depth - 1);
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Whether the path, its links followed, is there and leads to nowhere outside of the folder. */
function staysIn(path: string, folder: string): boolean {
  try {
    return `${realpathSync(path)}${sep}`.startsWith(`${realpathSync(folder)}${sep}`);
  } catch {
    return false;
  }
}
