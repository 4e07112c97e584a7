import type { ServiceAddress } from '../api/address.ts';
import { storageWish } from '../consent.ts';
import type { Context } from '../context.ts';
import { type Adoption, adoptKey } from '../credentials/adopt.ts';
import { chooseStorage } from '../credentials/choose-storage.ts';
import { placeholderKey } from '../credentials/create-key.ts';
import { findOrganisation, type OrganisationRecord } from '../credentials/organisation.ts';
import type { KeyRecord, StorageId } from '../credentials/profiles.ts';
import { rehearseStore } from '../credentials/rehearsal.ts';
import type { ActiveKey } from '../credentials/store.ts';
import { offerTakeOver } from '../legacy-offer.ts';
import type { Secret } from '../secret.ts';
import type { Flow } from '../signin/choose-flow.ts';
import { toError } from '../verifier/advice.ts';
import { type VerificationReport, verify } from '../verifier/verify.ts';

/** A key that the service has accepted, and how it is to be stored. */
export interface KeyInHand {
  readonly key: Secret;
  readonly profile: string;
  readonly service: ServiceAddress;
  /** `undefined` for the placeholder of a dry run alone. */
  readonly verified: VerificationReport | undefined;
  readonly organisation: OrganisationRecord | undefined;
  /** Made by this setup, and stored already. */
  readonly isNew?: true;
  /** With the rest of the setup; `undefined` where it is stored as it should be. */
  readonly toStore: { readonly storage: StorageId; readonly origin: KeyRecord['origin'] } | undefined;
}

export interface KeyWish {
  /** A key that is pasted or piped in, whatever is stored. */
  readonly withKey: boolean;
  readonly insecureStorage: boolean;
  /** A gateway other than the one in force. */
  readonly gateway: string | undefined;
}

/** Whoever used 3.1.0 upgrades by typing what they typed before: its keys are offered to be moved, and then used. */
export async function takeOverLegacy(context: Context, { insecureStorage, withKey }: KeyWish): Promise<void> {
  const profile = context.profiles.choose(context.namedProfile);
  const taken = await offerTakeOver(context, profile, { insecure: insecureStorage, hasKey: withKey });
  // What comes next is for the setup to say.
  await context.output.say((taken?.talk ?? []).filter(({ mark }) => mark !== undefined));
}

/** What the profile itself holds, whatever the environment says. */
export async function storedActive({
  keys,
  namedProfile,
  profiles,
}: Context): Promise<ActiveKey | undefined> {
  const name = profiles.choose(namedProfile);
  return (await keys.stored(name)) && keys.findActive(name);
}

/** The profile's stored key. Throws the MegallmError of a key that the service refuses. */
export async function takeStoredKey(context: Context, active: ActiveKey, wish: KeyWish): Promise<KeyInHand> {
  const { profile: name, key } = active;
  const profile = context.profiles.read(name);
  const service = serviceFor(active.service, wish);
  const verified = await accepted(context, service, key);
  const moved = wish.gateway !== undefined && wish.gateway !== profile.gateway;
  const toStore =
    moved && profile.storage
      ? { storage: profile.storage, origin: profile.key?.origin ?? 'pasted' }
      : undefined;
  return { key, profile: name, service, verified, organisation: profile.organisation, toStore };
}

/** A key from elsewhere: it is stored when all else is done, so that nothing is changed before. */
export async function takeNewKey(context: Context, key: Secret, wish: KeyWish): Promise<KeyInHand> {
  const dry = await dryKey(context, key, wish);
  const verified = await accepted(context, dry.service, key);
  return { ...dry, verified, organisation: await findOrganisation(await context.http(), dry.service, key) };
}

/** The same without a word to the service. */
export async function dryKey(context: Context, key: Secret, wish: KeyWish): Promise<KeyInHand> {
  const { keys, namedProfile, profiles } = context;
  const profile = profiles.choose(namedProfile);
  const known = profiles.read(profile).key;
  const storage = await chooseStorage(profile, context, storageWish(context, wish.insecureStorage));
  return {
    key,
    profile,
    service: serviceFor(keys.newKeyService(), wish),
    verified: undefined,
    organisation: undefined,
    toStore: { storage, origin: known?.fingerprint === key.fingerprint ? known.origin : 'pasted' },
  };
}

/** A key that the service makes now. It is stored at once: it must not be lost, whatever becomes of the setup. */
export async function signInForKey(context: Context, flow: Flow, wish: KeyWish): Promise<KeyInHand> {
  const { keys, profiles } = context;
  const profile = profiles.choose(context.namedProfile);
  const storage = await chooseStorage(profile, context, storageWish(context, wish.insecureStorage));
  const service = serviceFor(keys.newKeyService(), wish);
  const adoption: Adoption = {
    command: 'login',
    profile,
    storage,
    origin: 'obtained',
    service,
    key: placeholderKey,
  };
  await rehearseStore({ keys }, adoption);
  const http = await context.http();
  const tools = { changes: await context.changes(), keys, profiles, http };
  const { signIn } = await import('../signin/sign-in.ts');
  return signIn({ ...context, http }, { flow, service }, async (key) => {
    const { verified, organisation } = await adoptKey(tools, { ...adoption, key });
    return { key, profile, service, verified, organisation, toStore: undefined, isNew: true };
  });
}

async function accepted(context: Context, service: ServiceAddress, key: Secret): Promise<VerificationReport> {
  const verified = await verify(await context.http(), service, key);
  if (verified.bearer.kind !== 'accepted') throw toError(verified.bearer, verified);
  return verified;
}

function serviceFor(service: ServiceAddress, { gateway }: KeyWish): ServiceAddress {
  return gateway === undefined ? service : { ...service, gateway };
}
