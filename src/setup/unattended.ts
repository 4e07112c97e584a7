import { consentOf } from '../consent.ts';
import type { Context } from '../context.ts';
import { placeholderKey } from '../credentials/create-key.ts';
import { parseKey } from '../credentials/key.ts';
import { MegallmError } from '../errors.ts';
import { readInput } from '../terminal/input.ts';
import { prepareTask, type Task } from './carry-out.ts';
import {
  dryKey,
  type KeyInHand,
  type KeyWish,
  storedActive,
  takeNewKey,
  takeStoredKey,
} from './key-in-hand.ts';
import { findBackends, findTools } from './targets.ts';
import type { SetupWish } from './wish.ts';

/** What `--yes` comes to: the key that is there, the places that were asked for or are usual, and no question. */
export async function decideAlone(context: Context, wish: SetupWish, keyWish: KeyWish): Promise<Task> {
  const hand = await takeKey(context, keyWish);
  const [backends, tools] = await Promise.all([
    findBackends(context, hand, wish),
    findTools(context, hand, wish),
  ]);
  const usable = tools.filter(({ usual, obstacle }) => usual && (wish.tools !== undefined || !obstacle));
  for (const { title, usual, obstacle } of tools) {
    if (usual && obstacle && wish.tools === undefined)
      await context.output.warn({ label: `${title} is left as it is`, detail: obstacle });
  }
  const chosen = [...backends.filter(({ usual }) => usual), ...usable];
  return prepareTask(context, hand, chosen, wish, consentOf(context));
}

/** From stdin, else the stored one, else the environment's. */
async function takeKey(context: Context, wish: KeyWish): Promise<KeyInHand> {
  const { flags, keys, streams } = context;
  if (wish.withKey) return takeNewKey(context, parseKey(await readInput(streams.stdin)), wish);
  const stored = await storedActive(context);
  if (stored) return takeStoredKey(context, stored, wish);
  const fromEnvironment = keys.environmentCopy();
  if (fromEnvironment) return takeNewKey(context, fromEnvironment.key, wish);
  if (flags.dryRun) return dryKey(context, placeholderKey, wish);
  throw new MegallmError('not-signed-in', 'There is no key to set up with, and nobody to ask for one.', [
    'megallm setup --yes --with-key < file-with-the-key',
    'megallm login --device   (to sign in first)',
  ]);
}
