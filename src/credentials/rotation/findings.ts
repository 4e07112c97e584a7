import type { ListedKey } from '../../api/shapes.ts';
import { MegallmError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import { toError } from '../../verifier/advice.ts';
import { verify } from '../../verifier/verify.ts';
import { identify, listedKeys, type Sender } from './listed-keys.ts';
import { oldKeyOf, type RotationState, type RotationTools, replacedBy, successorOf } from './state.ts';

/** What is found before anything is changed. */
export interface Findings {
  readonly state: RotationState;
  /** The new key of a run that was stopped, still good. */
  readonly earlier: Secret | undefined;
  readonly old: Secret | undefined;
  readonly oldId: string | undefined;
  readonly grace: string | undefined;
  /** The key that speaks to the service. */
  readonly sender: Sender;
  readonly listed: readonly ListedKey[] | undefined;
  readonly replaces: readonly string[];
}

/** Asks the service, and changes nothing. `asked`: the grace that the user wants now, if any. */
export async function look(
  tools: RotationTools,
  state: RotationState,
  asked: string | undefined,
): Promise<Findings> {
  const http = await tools.http();
  const earlier = await usableSuccessor(tools, state);
  const old = oldKeyOf(state);
  const key = earlier ?? old;
  if (key === undefined) throw noUsableKey(state.profile);
  const sender = { key, service: state.service };
  const listed = await listedKeys(http, sender);
  const isRecorded = old === undefined || state.record?.replaces.includes(old.fingerprint);
  const recordedId = isRecorded ? state.record?.oldId : undefined;
  const oldId = recordedId ?? (old && listed && identify(listed, old)?.id);
  const grace = asked ?? state.record?.grace;
  if (grace !== undefined && oldId === undefined) throw unknownId();
  return { state, earlier, old, oldId, grace, sender, listed, replaces: replacedBy(state, earlier) };
}

/** A stored new key that the service takes; one that it refuses gives way like the old one. */
async function usableSuccessor(tools: RotationTools, state: RotationState): Promise<Secret | undefined> {
  const key = successorOf(state);
  if (key === undefined) return undefined;
  const { bearer, ...rest } = await verify(await tools.http(), state.service, key);
  if (bearer.kind === 'accepted') return key;
  if (bearer.kind === 'unauthorized' || bearer.kind === 'forbidden') return undefined;
  throw toError(bearer, rest);
}

function noUsableKey(profile: string): MegallmError {
  return new MegallmError('not-signed-in', `No key of profile ${profile} is left that works.`, [
    `megallm logout --keep-key --profile ${profile}   (to start over with another key)`,
  ]);
}

function unknownId(): MegallmError {
  return new MegallmError(
    'refused',
    "The service's list of keys does not tell which one the old key is, so that nothing could revoke it later.",
    'Leave out --grace to revoke it right away.',
  );
}
