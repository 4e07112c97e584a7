import { join, sep } from 'node:path';
import { resolveTarget } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';

/** How the megallm that runs now was started: both absolute. */
export interface OwnProgram {
  readonly node: string;
  readonly script: string;
}

/** A program and its first arguments; what it is to do comes after them. */
export type HelperCommand = readonly [program: string, ...args: string[]];

/** What a tool has to run to get at megallm, whatever its PATH is: where megallm may move, a copy that stays. */
export function helperCommand(own: OwnProgram, machine: Pick<Machine, 'folder' | 'platform'>): HelperCommand {
  return isStable(own) ? [own.node, own.script] : [launcherPath(machine)];
}

/** What starts the copy: it looks for Node by itself. */
export function launcherPath({ folder, platform }: Pick<Machine, 'folder' | 'platform'>): string {
  return join(folder, 'bin', platform === 'win32' ? 'megallm.cmd' : 'megallm');
}

/** Caches of npx, pnpm dlx, yarn dlx and bunx are cleared out; a version manager's folders go with the version of Node. */
export function isStable({ node, script }: OwnProgram): boolean {
  const isCache = (folder: string) => /^(_npx|dlx(-.*)?|bunx-.*)$/.test(folder);
  const isOfVersion = (folder: string) =>
    /^(\.?nvm|\.?fnm|fnm_multishells|\.volta|\.asdf|mise|Cellar|\.nodenv|n)$/.test(folder);
  const [scriptFolders, nodeFolders] = [script, node].map((path) => resolveTarget(path).split(sep));
  const all = [...(scriptFolders ?? []), ...(nodeFolders ?? [])];
  return !scriptFolders?.some(isCache) && !all.some(isOfVersion);
}
