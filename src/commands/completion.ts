import { completionScripts } from '../completion/scripts.ts';
import type { Context } from '../context.ts';
import { MegallmError } from '../errors.ts';
import type { Report } from '../terminal/output.ts';

interface Options {
  readonly shell?: string;
}

/** The script by which a shell completes megallm's commands. */
export async function run(_: Context, { shell = '' }: Options): Promise<Report> {
  const script = Object.hasOwn(completionScripts, shell) ? completionScripts[shell] : undefined;
  if (script !== undefined) return { data: { shell, script }, raw: script };
  throw new MegallmError('usage', `There is no completion for ${JSON.stringify(shell)}.`, [
    ...Object.keys(completionScripts).map((known) => `megallm completion ${known}`),
  ]);
}
