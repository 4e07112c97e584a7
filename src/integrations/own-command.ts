import { sep } from 'node:path';
import { MegallmError } from '../errors.ts';
import { resolveTarget } from '../system/files.ts';

/** How the megallm that runs now was started: both absolute. */
export interface OwnProgram {
  readonly node: string;
  readonly script: string;
}

/** A program and its first arguments; what it is to do comes after them. */
export type HelperCommand = readonly [program: string, ...args: string[]];

/**
 * What a tool has to run to get at megallm, whatever its PATH is. Throws `refused` where megallm itself runs from a folder
 * that may be gone tomorrow.
 */
export function helperCommand({ node, script }: OwnProgram): HelperCommand {
  if (isStable(script)) return [node, script];
  throw new MegallmError(
    'refused',
    'megallm runs from a temporary folder, so no tool could ask it for the key tomorrow.',
    [
      'npm install --global megallm   (and link again)',
      'or let the tool hold the key itself: add --plain-key',
    ],
  );
}

/** What npx, pnpm dlx, yarn dlx and bunx run stands in caches of theirs that are cleared out. */
function isStable(script: string): boolean {
  const folders = resolveTarget(script).split(sep);
  return !folders.some((folder) => /^(_npx|dlx(-.*)?|bunx-.*)$/.test(folder));
}
