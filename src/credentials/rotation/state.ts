import type { ServiceAddress } from '../../api/address.ts';
import type { Change, ChangeNote, Changes } from '../../changes/changes.ts';
import type { Draft } from '../../changes/draft.ts';
import { MegallmError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import type { HttpClient } from '../../system/http.ts';
import type { Machine } from '../../system/machine.ts';
import type { Locations } from '../locations.ts';
import type { KeyRecord, Profiles } from '../profiles.ts';
import type { Account, Storage } from '../storage/storage.ts';
import type { KeyStore } from '../store.ts';
import type { RotationRecord } from './record.ts';

export interface RotationTools {
  readonly changes: Changes;
  readonly keys: KeyStore;
  readonly locations: Locations;
  readonly machine: Machine;
  readonly profiles: Profiles;
  http(): Promise<HttpClient>;
}

/** Where a profile's rotation stands, as the machine tells it: a killed run has left nothing else. */
export interface RotationState {
  readonly profile: string;
  readonly storage: Storage;
  readonly service: ServiceAddress;
  readonly origin: KeyRecord['origin'];
  readonly record: RotationRecord | undefined;
  /** The profile's own key: the old one, and from the switch on the new one. */
  readonly stored: Secret | undefined;
  /** The new key: there before any other place has it. */
  readonly pending: Secret | undefined;
  /** The old key: kept from the switch on, until the service refuses it. */
  readonly retired: Secret | undefined;
}

/** Throws `not-signed-in` for a profile without a key. */
export async function readState({ keys, profiles }: RotationTools, profile: string): Promise<RotationState> {
  const { storage: id, rotation: record, key } = profiles.read(profile);
  if (id === undefined || key === undefined) {
    throw new MegallmError('not-signed-in', `There is no key in profile ${profile}.`, 'megallm login');
  }
  const storage = keys.storage(id);
  const [stored, pending, retired] = await Promise.all(
    (['', '.pending', '.retired'] as const).map((variant) => storage.read({ profile, variant })),
  );
  return {
    profile,
    storage,
    service: keys.savedService(profile),
    origin: key.origin,
    record,
    stored,
    pending,
    retired,
  };
}

/**
 * The new key of a run that was stopped. Not one that belongs to another key than the profile has now: that one has
 * been stored since, and takes part in nothing that was begun before.
 */
export function successorOf({ record, stored, pending }: RotationState): Secret | undefined {
  if (record === undefined) return undefined;
  if (stored && record.to === stored.fingerprint) return stored;
  const fits = stored === undefined || record.replaces.includes(stored.fingerprint);
  return fits ? pending : undefined;
}

/** The key that gives way. */
export function oldKeyOf(state: RotationState): Secret | undefined {
  const { retired, stored, record } = state;
  return retired ?? (stored && record?.to === stored.fingerprint ? undefined : stored);
}

/** The fingerprints of the keys that give way to `successor`, or to one that is to be made. */
export function replacedBy(
  { record, stored, pending }: RotationState,
  successor: Secret | undefined,
): readonly string[] {
  const own = [stored, pending].flatMap((key) => key?.fingerprint ?? []);
  const all = new Set([...(record?.replaces ?? []), ...own]);
  return [...all].filter((fingerprint) => fingerprint !== successor?.fingerprint);
}

export const pendingOf = (profile: string): Account => ({ profile, variant: '.pending' });
export const retiredOf = (profile: string): Account => ({ profile, variant: '.retired' });

/** What the journal needs to know of a rotation's changes. `newKey`: not yet one that the profiles tell of. */
export function noteOf({ profiles }: RotationTools, profile: string, newKey?: Secret): ChangeNote {
  const isKnown = profiles.knownKeys();
  const isOurKey = (fingerprint: string) => fingerprint === newKey?.fingerprint || isKnown(fingerprint);
  return { command: 'keys rotate', profile, isOurKey };
}

/** A step that only this rotation knows of; `from`: what the profile has to remember still. */
export async function step(
  tools: RotationTools,
  profile: string,
  from: RotationRecord | undefined,
  fill: (draft: Draft) => Promise<RotationRecord | undefined>,
): Promise<Change> {
  const note = { ...noteOf(tools, profile), journal: 'pass' } as const;
  return tools.changes.make(note, async (draft) => {
    checkUnchanged(tools, draft, profile, from);
    writeRecord(tools, draft, profile, await fill(draft));
  });
}

/** Another megallm may have signed out, or in again, since the last step. */
export function checkUnchanged(
  { profiles }: RotationTools,
  draft: Draft,
  profile: string,
  record: RotationRecord | undefined,
): void {
  const { rotation, key } = profiles.readFrom(draft, profile);
  if (key !== undefined && rotation?.token === record?.token && rotation?.done === record?.done) return;
  throw new MegallmError(
    'refused',
    `Profile ${profile} was changed by another megallm in the meantime.`,
    'megallm status',
  );
}

export function writeRecord(
  { profiles }: RotationTools,
  draft: Draft,
  profile: string,
  record: RotationRecord | undefined,
): void {
  profiles.update(draft, profile, ({ rotation: _, ...rest }) => ({
    ...rest,
    ...(record && { rotation: record }),
  }));
}
