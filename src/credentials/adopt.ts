import type { ServiceAddress } from '../api/address.ts';
import type { Change, Changes } from '../changes/changes.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import { toError } from '../verifier/advice.ts';
import { type VerificationReport, verify } from '../verifier/verify.ts';
import { findOrganisation } from './organisation.ts';
import type { KeyRecord, Profile, Profiles, StorageId } from './profiles.ts';
import type { KeyStore } from './store.ts';

export interface Adoption {
  /** The command that does it, for the journal. */
  readonly command: string;
  readonly profile: string;
  readonly key: Secret;
  readonly storage: StorageId;
  readonly origin: KeyRecord['origin'];
  readonly service: ServiceAddress;
}

export interface Adopted {
  readonly change: Change;
  readonly verified: VerificationReport;
  readonly organisation: Profile['organisation'];
}

interface Tools {
  readonly changes: Changes;
  readonly keys: KeyStore;
  readonly profiles: Profiles;
}

/** Makes a key the profile's own, once the service has taken it; throws the MegallmError of a key that it refuses. */
export async function adoptKey(tools: Tools & { http: HttpClient }, adoption: Adoption): Promise<Adopted> {
  const { http } = tools;
  const { key, service } = adoption;
  const verified = await verify(http, service, key);
  if (verified.bearer.kind !== 'accepted') throw toError(verified.bearer, verified);
  const organisation = await findOrganisation(http, service, key);
  return { change: await storeKey(tools, adoption, organisation), verified, organisation };
}

/** The same without a word to the service: all there is to do with the placeholder of a dry run. */
export async function storeKey(
  { changes, keys, profiles }: Tools,
  { command, profile, key, storage, origin, service }: Adoption,
  organisation?: Profile['organisation'],
): Promise<Change> {
  const isKnown = profiles.knownKeys();
  const isOurKey = (fingerprint: string) => fingerprint === key.fingerprint || isKnown(fingerprint);
  return changes.make({ command, profile, isOurKey }, (draft) =>
    keys.planStore(draft, profile, key, { storage, origin, service, ...(organisation && { organisation }) }),
  );
}
