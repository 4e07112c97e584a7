import { revokeKey } from '../api/account.ts';
import type { ServiceAddress } from '../api/address.ts';
import { clientId } from '../api/client-id.ts';
import type { Draft } from '../changes/draft.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import type { Variables } from '../system/machine.ts';
import { toError } from '../verifier/advice.ts';
import type { KeySources } from './key-copies.ts';
import { type KeyRecord, storedKeys, withoutLocation } from './profiles.ts';
import { keysOfRotation } from './rotation/unfinished.ts';
import { sharedPlaces } from './shared-places.ts';
import { organisationAccount } from './storage/storage.ts';

export interface RevocationWish {
  /** Revoke none. */
  readonly keepKey?: boolean;
  /** Revoke pasted ones too: they may be a team's. */
  readonly revoke?: boolean;
}

/** A stored key of a profile, and what becomes of it. */
export interface LeavingKey {
  readonly key: Secret;
  readonly revoked: boolean;
  readonly service: () => ServiceAddress;
}

/** The keys that the leaving profiles hold; those that a profile keeps which stays are not revoked. Throws `usage` for wishes that exclude each other. */
export async function leavingKeys(
  { keys, profiles }: KeySources,
  names: readonly string[],
  { keepKey = false, revoke = false }: RevocationWish,
): Promise<LeavingKey[]> {
  if (keepKey && revoke) {
    throw new MegallmError('usage', '--keep-key and --revoke ask for opposite things.', 'Use one of them.');
  }
  const staying = profiles.names().filter((name) => !names.includes(name));
  const heldByOthers = new Set(staying.flatMap((name) => storedKeys(profiles.read(name))));
  const revokes = (key: Secret, origin: KeyRecord['origin'] | undefined) =>
    revoke || (!keepKey && origin === 'obtained' && !heldByOthers.has(key.fingerprint));
  const leaving: LeavingKey[] = [];
  // One after the other: each key in a keychain costs a process.
  for (const name of names) {
    const profile = profiles.read(name);
    const own = await keys.stored(name);
    const service = () => keys.serviceOf(profile);
    if (own) leaving.push({ key: own, revoked: revokes(own, profile.key?.origin), service });
    for (const other of profile.organisationKeys) {
      const key = await keys.storage(other.storage).read(organisationAccount(name, other.organisation.id));
      if (key)
        leaving.push({ key, revoked: revokes(key, other.origin), service: () => keys.serviceOf(other) });
    }
    if (profile.storage === undefined) continue;
    // A rotation's keys were made by megallm, or are agreed to be revoked.
    for (const key of await keysOfRotation(profile, name, keys.storage(profile.storage), own))
      leaving.push({ key, revoked: !keepKey, service });
  }
  return leaving;
}

/** Plans to take the profiles' keys out of every place that they were written to, and out of their storage. */
export async function planSignOut(
  draft: Draft,
  { keys, locations, profiles }: KeySources,
  ...leaving: readonly string[]
): Promise<void> {
  const together = locations.leaving(leaving);
  for (const { location, owners } of sharedPlaces(locations, leaving)) {
    const [first = '', ...others] = owners;
    await locations.planRemoval(draft, first, location, together);
    for (const other of others) {
      profiles.update(draft, other, (record) => withoutLocation(record, location));
    }
  }
  for (const profile of leaving) await keys.planForget(draft, profile);
}

/** Before anything is removed: without the key nobody could revoke it any more. `keep`: the command that revokes none. */
export async function revokeLeaving(
  leaving: readonly LeavingKey[],
  http: HttpClient,
  env: Variables,
  keep: string,
): Promise<void> {
  for (const { key, service } of leaving.filter(({ revoked }) => revoked)) {
    const failure = await revokeKey(http, service(), key, clientId(env));
    if (failure === undefined || failure.kind === 'unauthorized') continue;
    const { code, message, hints } = toError(failure);
    throw new MegallmError(code, `The key ${key} could not be revoked, and nothing was removed. ${message}`, [
      ...hints,
      `${keep}   (to remove it from this machine only)`,
    ]);
  }
}
