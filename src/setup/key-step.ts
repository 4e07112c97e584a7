import type { Context } from '../context.ts';
import { dashboardUrl, keyVariable, parseKey } from '../credentials/key.ts';
import { MegallmError } from '../errors.ts';
import { chooseFlow } from '../signin/choose-flow.ts';
import { type Choice, cancelled, WentBack } from '../terminal/questions.ts';
import {
  type KeyInHand,
  type KeyWish,
  signInForKey,
  storedActive,
  takeNewKey,
  takeStoredKey,
} from './key-in-hand.ts';

interface Taken {
  readonly hand: KeyInHand;
  readonly outcome: 'asked' | 'nothing to ask';
}

type Source = 'sign-in' | 'paste' | 'environment';

/** The stored key where there is one that works, else one that the person signs in for, pastes or has in the environment. */
export async function askForKey(
  context: Context,
  wish: KeyWish,
  before: KeyInHand | undefined,
): Promise<Taken> {
  const stored = wish.withKey ? undefined : await storedActive(context);
  if (stored) {
    const hand = before?.key.equals(stored.key)
      ? before
      : await orElse(context, takeStoredKey(context, stored, wish));
    if (hand) return { hand: await shown(context, hand, before), outcome: 'nothing to ask' };
  }
  for (;;) {
    const source = wish.withKey ? 'paste' : await askForSource(context);
    const hand = await orElse(context, takeFrom(context, source, wish));
    if (hand) return { hand: await shown(context, hand, before), outcome: 'asked' };
  }
}

async function askForSource(context: Context): Promise<Source> {
  const { keys, prompts } = context;
  const fromEnvironment = keys.environmentCopy();
  const withBrowser = chooseFlow(context.machine, { device: false, interactive: true }) === 'browser';
  const choices: Choice<Source>[] = [
    {
      value: 'sign-in',
      label: 'Sign in',
      detail: withBrowser
        ? 'in your browser; a key is made for you'
        : 'on any device, with a code; a key is made for you',
    },
    { value: 'paste', label: 'Paste a key', detail: `from ${dashboardUrl}` },
  ];
  if (fromEnvironment) {
    choices.unshift({
      value: 'environment',
      label: `Use ${keyVariable}`,
      detail: String(fromEnvironment.key),
    });
  }
  return prompts.choose('Where does your key come from?', choices, cancelled);
}

function takeFrom(context: Context, source: Source, wish: KeyWish): Promise<KeyInHand> {
  if (source === 'sign-in') {
    return signInForKey(context, chooseFlow(context.machine, { device: false, interactive: true }), wish);
  }
  return takeKey(context, source, wish);
}

async function takeKey(context: Context, source: 'paste' | 'environment', wish: KeyWish): Promise<KeyInHand> {
  const key =
    source === 'environment'
      ? context.keys.environmentCopy()?.key
      : parseKey(await context.prompts.secret('Paste your MegaLLM key', cancelled));
  if (key === undefined) throw new WentBack();
  return takeNewKey(context, key, wish);
}

/** A key that cannot be used is told of, and another one asked for. */
async function orElse(context: Context, taking: Promise<KeyInHand>): Promise<KeyInHand | undefined> {
  try {
    return await taking;
  } catch (error) {
    if (error instanceof WentBack) return undefined;
    const passes =
      error instanceof MegallmError && ['usage', 'unauthorized', 'forbidden'].includes(error.code);
    if (!passes) throw error;
    await context.output.warn({ label: error.message, next: error.hints });
    return undefined;
  }
}

async function shown(
  { output }: Context,
  hand: KeyInHand,
  before: KeyInHand | undefined,
): Promise<KeyInHand> {
  if (hand === before) return hand;
  const { key, organisation, verified } = hand;
  const who = [verified?.identity?.email ?? verified?.identity?.name, organisation?.name]
    .filter(Boolean)
    .join(' · ');
  const latency = verified?.bearer.kind === 'accepted' ? `${Math.round(verified.bearer.latencyMs)} ms` : '';
  const facts = [String(key), latency, verified?.models && `${verified.models.length} models`]
    .filter(Boolean)
    .join(' · ');
  await output.say([
    ...(who ? [{ mark: 'ok', label: 'Signed in', detail: who } as const] : []),
    { mark: 'ok', label: 'Key verified', detail: facts },
    { label: '' },
  ]);
  return hand;
}
