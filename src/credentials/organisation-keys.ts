import type { ServiceAddress } from '../api/address.ts';
import type { Draft } from '../changes/draft.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { OrganisationRecord } from './organisation.ts';
import type { KeyRecord, OrganisationKey, Profile, Profiles } from './profiles.ts';
import { refuseWhileRotating } from './rotation/unfinished.ts';
import { organisationAccount } from './storage/storage.ts';
import type { KeyStore } from './store.ts';

export interface Stored {
  readonly keys: KeyStore;
  readonly profiles: Profiles;
}

/** The key that takes over: of another organisation than the one before it. */
export interface NextKey {
  readonly key: Secret;
  readonly organisation: OrganisationRecord;
  readonly origin: KeyRecord['origin'];
  readonly service: ServiceAddress;
}

/** The key that the profile keeps for an organisation, when it can still be read. */
export async function asideKey(
  { keys, profiles }: Stored,
  profile: string,
  organisation: string,
): Promise<(OrganisationKey & { readonly secret: Secret }) | undefined> {
  const record = asideRecord(profiles.read(profile), organisation);
  const secret =
    record && (await keys.storage(record.storage).read(organisationAccount(profile, organisation)));
  return record && secret && { ...record, secret };
}

function asideRecord({ organisationKeys }: Profile, id: string): OrganisationKey | undefined {
  return organisationKeys.find(({ organisation }) => organisation.id === id);
}

/**
 * Plans to put the profile's key aside for its organisation, and to make the next one the profile's own. The key that
 * leaves is written to its new place first.
 */
export async function planSwitch(
  draft: Draft,
  { keys, profiles }: Stored,
  name: string,
  present: { readonly key: Secret; readonly organisation: OrganisationRecord },
  next: NextKey,
): Promise<void> {
  const before = profiles.readFrom(draft, name);
  refuseWhileRotating(name, before);
  const { storage, key: record, gateway, web } = before;
  if (storage === undefined || record === undefined) throw gone(name);
  const aside = organisationAccount(name, present.organisation.id);
  await keys.storage(storage).planWrite(draft, aside, present.key);
  await keys.storage(storage).planWrite(draft, { profile: name, variant: '' }, next.key);
  const stored = asideRecord(before, next.organisation.id);
  if (stored) {
    const account = organisationAccount(name, next.organisation.id);
    await keys.storage(stored.storage).planRemoval(draft, account);
  }
  const { fingerprint } = present.key;
  const put: OrganisationKey = {
    organisation: present.organisation,
    fingerprint,
    // A switch that was stopped half-way may have left the record of one key beside another.
    origin:
      before.organisationKeys.find((other) => other.fingerprint === fingerprint)?.origin ?? record.origin,
    storage,
    ...(gateway !== undefined && { gateway }),
    ...(web !== undefined && { web }),
  };
  const leaving = [present.organisation.id, next.organisation.id];
  const others = before.organisationKeys.filter(({ organisation }) => !leaving.includes(organisation.id));
  const kept = [put, ...others].map(({ fingerprint }) => fingerprint);
  const dropped = before.organisationKeys
    .map(({ fingerprint }) => fingerprint)
    .filter((fingerprint) => !kept.includes(fingerprint));
  profiles.update(draft, name, (profile) => ({
    ...profile,
    key: { fingerprint: next.key.fingerprint, origin: next.origin },
    pastKeys: [...new Set([...profile.pastKeys, ...dropped])].filter(
      (fingerprint) => fingerprint !== next.key.fingerprint && !kept.includes(fingerprint),
    ),
    organisationKeys: [...others, put],
    organisation: next.organisation,
    gateway: next.service.gateway,
    web: next.service.web,
  }));
}

/** Plans that `key` takes the place of put-aside keys with these fingerprints. */
export async function planSuccessorAside(
  draft: Draft,
  { keys, profiles }: Stored,
  name: string,
  fingerprints: readonly string[],
  key: Secret,
): Promise<void> {
  const isMeant = ({ fingerprint }: OrganisationKey) => fingerprints.includes(fingerprint);
  const leaving = profiles.readFrom(draft, name).organisationKeys.filter(isMeant);
  if (leaving.length === 0) return;
  for (const { organisation, storage } of leaving) {
    await keys.storage(storage).planWrite(draft, organisationAccount(name, organisation.id), key);
  }
  const { fingerprint } = key;
  profiles.update(draft, name, (profile) => ({
    ...profile,
    organisationKeys: profile.organisationKeys.map((other) =>
      isMeant(other) ? { ...other, fingerprint, origin: 'obtained' } : other,
    ),
    pastKeys: [...new Set([...profile.pastKeys, ...leaving.map((other) => other.fingerprint)])].filter(
      (past) => past !== fingerprint,
    ),
  }));
}

function gone(name: string): MegallmError {
  return new MegallmError('not-signed-in', `Profile ${name} has no key any more.`, [
    `megallm login --profile ${name}`,
  ]);
}
