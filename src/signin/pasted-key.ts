import type { Context } from '../context.ts';
import { dashboardUrl, parseKey } from '../credentials/key.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { readInput } from '../terminal/input.ts';
import { isTerminal } from '../terminal/streams.ts';

/** Who has the key: whoever writes to stdin, or the person at the terminal. */
export type PasteSource = 'pipe' | 'person';

/** Throws `usage` when there is neither. */
export function pasteSource({ streams, prompts, flags }: Context): PasteSource {
  if (!isTerminal(streams, 'stdin')) return 'pipe';
  if (prompts.interactive || flags.dryRun) return 'person';
  throw noTerminal();
}

/** A key that was made elsewhere, such as in the dashboard. */
export async function readPastedKey({ streams, prompts }: Context, source: PasteSource): Promise<Secret> {
  if (source === 'pipe') return parseKey(await readInput(streams.stdin));
  return parseKey(await prompts.secret(`Paste your MegaLLM key (from ${dashboardUrl})`, noTerminal));
}

function noTerminal(): MegallmError {
  return new MegallmError('usage', 'There is no terminal to ask for a key.', [
    'Pipe one in: megallm login --with-key < file-with-the-key',
  ]);
}
