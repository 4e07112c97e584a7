import { join } from 'node:path';
import { clientId } from '../../api/client-id.ts';
import type { Change } from '../../changes/changes.ts';
import { removeStaleTakeovers, withLock } from '../../changes/lock.ts';
import { MegallmError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import type { RunningProcess } from '../../system/processes.ts';
import { dashboardGuide, placeholderKey } from '../create-key.ts';
import type { Consent } from '../writes.ts';
import { type Findings, look } from './findings.ts';
import { finish } from './finish.ts';
import { listedKeys, revokeLost, type Sender } from './listed-keys.ts';
import { checkAccepted, makeSuccessor, type Successor } from './make-successor.ts';
import { type ProvenPlace, proveEverywhere } from './prove-everywhere.ts';
import type { RotationRecord } from './record.ts';
import { retire } from './retire.ts';
import {
  noteOf,
  oldKeyOf,
  type RotationState,
  type RotationTools,
  readState,
  replacedBy,
  step,
  successorOf,
} from './state.ts';
import { planSuccession, prepareSuccession, switchOver } from './switch-over.ts';
import { asUnfinished } from './unfinished.ts';

export interface RotationWish {
  /** How the old key stays for a while, as the user wrote it. */
  readonly grace: string | undefined;
  /** Write even where an obstacle stands. */
  readonly force: boolean;
  readonly consent: Consent;
  /** Asks whether a key that others may use is to be revoked; throws when it is not. */
  agreeToRevoke(old: Secret): Promise<void>;
}

export interface Rotated {
  /** What happened to the places. */
  readonly change: Change;
  readonly key: Secret;
  /** `undefined` when an earlier run has forgotten it already. */
  readonly old: Secret | undefined;
  readonly oldId: string | undefined;
  readonly revoked: boolean;
  readonly grace: string | undefined;
  readonly places: readonly ProvenPlace[];
  /** Those that still carry the old key; `undefined` where the system does not tell. */
  readonly processes: readonly RunningProcess[] | undefined;
}

/**
 * Gives the profile a new key, and takes the old one away once the new one is everywhere. Stopped at any moment, the
 * next run goes on from what is stored. Of two at once, the second waits.
 */
export async function rotate(tools: RotationTools, profile: string, wish: RotationWish): Promise<Rotated> {
  const path = join(tools.machine.folder, 'rotation-lock');
  return withLock(path, async () => {
    removeStaleTakeovers(path);
    try {
      return await goOn(tools, profile, wish);
    } catch (error) {
      throw asUnfinished(error, profile, tools.profiles);
    }
  });
}

/** What `rotate` would do to the places; nothing is sent. */
export async function planRotation(
  tools: RotationTools,
  profile: string,
  wish: RotationWish,
): Promise<Rotated> {
  const state = await readState(tools, profile);
  const earlier = successorOf(state);
  const replaces = replacedBy(state, earlier);
  const writes = await prepareSuccession(tools, replaces, wish);
  const key = earlier ?? placeholderKey;
  const change = await tools.changes.make(noteOf(tools, profile, key), (draft) =>
    planSuccession(tools, draft, profile, { key, replaces, writes }),
  );
  const { grace } = wish;
  return {
    change,
    key,
    old: oldKeyOf(state),
    oldId: state.record?.oldId,
    revoked: false,
    grace,
    places: [],
    processes: undefined,
  };
}

async function goOn(tools: RotationTools, profile: string, wish: RotationWish): Promise<Rotated> {
  const state = await readState(tools, profile);
  if (state.record?.done) return finishAgain(tools, state, state.record);
  const found = await look(tools, state, wish.grace);
  const { old, oldId, grace, replaces } = found;
  if (old && grace === undefined && !found.earlier && state.origin === 'pasted')
    await wish.agreeToRevoke(old);
  const writes = await prepareSuccession(tools, replaces, wish);
  const { key, record } = await successorFor(tools, found);
  const sender = { ...found.sender, key };
  if (!found.earlier) await checkAccepted(await tools.http(), sender);
  const change = await switchOver(tools, record, { state, key, replaces, writes });
  const places = await proveEverywhere(tools, key, replaces);
  const { processesWithKey } = await import('../../system/processes.ts');
  const processes = await processesWithKey(tools.machine.platform, (value) =>
    replaces.includes(new Secret(value).fingerprint),
  );
  const retirement = { old, oldId, client: clientId(tools.machine.env) };
  const revoked = grace === undefined && (await retire(await tools.http(), sender, retirement));
  // An earlier run may have made a key whose answer never came.
  if (state.record) await cleanUp(tools, sender, record, { key, id: record.toId });
  await finish(tools, state, record);
  return { change, key, old, oldId, revoked, grace, places, processes };
}

async function successorFor(tools: RotationTools, found: Findings): Promise<Successor> {
  const { state, earlier, sender, oldId, grace, replaces } = found;
  const { profile, record, pending } = state;
  if (record && earlier) {
    const { grace: _, ...rest } = record;
    const resumed: RotationRecord = {
      ...rest,
      to: earlier.fingerprint,
      ...(oldId !== undefined && { oldId }),
      ...(grace !== undefined && { grace }),
    };
    await step(tools, profile, record, async () => resumed);
    return { key: earlier, record: resumed };
  }
  if (record) await cleanUp(tools, sender, record, pending && { key: pending, id: record.toId });
  const listed = found.listed?.find(({ id }) => id === oldId);
  return makeSuccessor(tools, { state, sender, listed, oldId, replaces, grace });
}

async function cleanUp(
  tools: RotationTools,
  sender: Sender,
  { token }: RotationRecord,
  spared: Parameters<typeof revokeLost>[4],
): Promise<void> {
  const http = await tools.http();
  const listed = await listedKeys(http, sender);
  if (listed) return revokeLost(http, sender, listed, token, spared);
  throw new MegallmError(
    'forbidden',
    'This key may not list keys, so that nobody can tell whether an earlier run has made one that is lost.',
    dashboardGuide,
  );
}

async function finishAgain(
  tools: RotationTools,
  state: RotationState,
  record: RotationRecord,
): Promise<Rotated> {
  const change = await finish(tools, state, record);
  return {
    change,
    key: state.stored ?? placeholderKey,
    old: undefined,
    oldId: record.oldId,
    revoked: record.grace === undefined,
    grace: record.grace,
    places: [],
    processes: [],
  };
}
