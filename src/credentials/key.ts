import { MegallmError } from '../errors.ts';
import { Secret } from '../secret.ts';

export const keyVariable = 'MEGALLM_API_KEY';
export const dashboardUrl = 'https://megallm.io/dashboard/overview';

const wellFormed = /^sk-mega-[!-~]{12,}$/;
const quote = /["'`]/;

/**
 * A key as people paste it: with spaces, quotes, `Bearer `, `MEGALLM_API_KEY=` or a line ending around it.
 * Throws a MegallmError that tells what is wrong without showing the text.
 */
export function parseKey(text: string): Secret {
  const bare = stripWrapping(text);
  const problem = problemOf(bare);
  if (problem === undefined) return new Secret(bare);
  throw new MegallmError('usage', `That is not a MegaLLM key: ${problem}.`, [
    'A key starts with sk-mega- and is one word of at least 20 characters.',
    `Copy yours from ${dashboardUrl}`,
  ]);
}

/** The same for text that may well be no key at all. */
export function tryParseKey(text: string): Secret | undefined {
  const bare = stripWrapping(text);
  return problemOf(bare) === undefined ? new Secret(bare) : undefined;
}

function problemOf(bare: string): string | undefined {
  if (bare === '') return 'it is empty';
  if (wellFormed.test(bare) && !quote.test(bare)) return undefined;
  if (/[\r\n]/.test(bare)) return 'it has more than one line';
  if (/\s/.test(bare)) return 'it has spaces in it';
  if (quote.test(bare)) return 'it has quotes in it';
  if (!/^[!-~]*$/.test(bare)) return 'it has characters in it that cannot be printed';
  if (!bare.startsWith('sk-mega-')) return 'it does not start with sk-mega-';
  return 'it is too short';
}

/** Peels off one layer after the other, since they come nested: `export MEGALLM_API_KEY="Bearer …"`. */
function stripWrapping(text: string): string {
  const bare = text
    .trim()
    .replace(/^(export\s+|set\s+|\$env:)?MEGALLM_API_KEY\s*=\s*/i, '')
    .replace(/^(authorization:\s*)?bearer\s+/i, '')
    .replace(/^(["'`])(.*)\1;?$/s, '$2');
  return bare === text ? bare : stripWrapping(bare);
}
