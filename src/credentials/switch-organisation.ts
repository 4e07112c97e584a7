import { defaultAddress } from '../api/address.ts';
import type { Change, Changes } from '../changes/changes.ts';
import type { Draft } from '../changes/draft.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import type { Machine } from '../system/machine.ts';
import { toError } from '../verifier/advice.ts';
import { verify } from '../verifier/verify.ts';
import { makeKey, placeholderKey } from './create-key.ts';
import type { KeySources } from './key-copies.ts';
import { changeWithNewKey, defaultKeyName } from './new-key.ts';
import { findOrganisation, type OrganisationRecord } from './organisation.ts';
import { asideKey, type NextKey, planSwitch } from './organisation-keys.ts';
import { agreeToReplacement, findHeldPlaces, planReplacement, type Replacement } from './replacement.ts';
import { refuseWhileRotating } from './rotation/unfinished.ts';
import type { ActiveKey } from './store.ts';
import type { Consent } from './writes.ts';

export interface SwitchTools extends KeySources {
  readonly changes: Changes;
  readonly http: HttpClient;
  readonly machine: Machine;
  readonly dryRun: boolean;
}

/** The profile's own key and the organisation that it is for. */
export interface PresentKey extends ActiveKey {
  readonly organisation: OrganisationRecord;
}

export interface Switched {
  readonly change: Change;
  readonly key: Secret;
  /** The key was made for this. */
  readonly made: boolean;
  readonly replacement: Replacement;
}

/** Throws `not-signed-in` for a profile without a key, and `failed` where nobody can tell what its key is for. */
export async function presentKey(
  { keys, profiles, http }: Pick<SwitchTools, 'keys' | 'profiles' | 'http'>,
  name: string,
): Promise<PresentKey> {
  const profile = profiles.read(name);
  refuseWhileRotating(name, profile);
  const { key: record, organisation: own, organisationKeys, storage } = profile;
  const key = await keys.stored(name);
  if (key === undefined || storage === undefined) {
    throw new MegallmError('not-signed-in', `Profile ${name} has no key.`, [
      `megallm login --profile ${name}`,
    ]);
  }
  const service = keys.savedService(name);
  const isRecorded = record?.fingerprint === key.fingerprint;
  // A switch that was stopped half-way may have left the record of one key beside another.
  const aside = organisationKeys.find(({ fingerprint }) => fingerprint === key.fingerprint)?.organisation;
  const organisation = (isRecorded ? own : aside) ?? (await findOrganisation(http, service, key));
  if (organisation)
    return { key, profile: name, source: storage, why: 'it is stored', service, organisation };
  throw new MegallmError(
    'failed',
    `The service does not say which organisation the key of profile ${name} is for.`,
    ['Keep it, and use another profile for the other organisation: megallm login --profile NAME'],
  );
}

/** The key that the profile keeps for the organisation, when the service still takes it. */
async function acceptedAsideKey(
  tools: SwitchTools,
  profile: string,
  organisation: OrganisationRecord,
): Promise<NextKey | 'refused' | undefined> {
  const aside = await asideKey(tools, profile, organisation.id);
  if (aside === undefined) return undefined;
  const { secret: key, origin, gateway = defaultAddress.gateway, web = defaultAddress.web } = aside;
  const verified = await verify(tools.http, tools.keys.serviceOf(aside), key);
  const { bearer } = verified;
  if (bearer.kind === 'accepted') return { key, organisation, origin, service: { gateway, web } };
  if (bearer.kind === 'unauthorized') return 'refused';
  throw toError(bearer, verified);
}

/**
 * Gives the profile the key of another organisation: the one that it keeps for it, else a new one, for which
 * `agreeToMake` has to agree. The key before it is kept, and its places get the new one.
 */
export async function switchOrganisation(
  tools: SwitchTools,
  present: PresentKey,
  organisation: OrganisationRecord,
  consent: Consent & { agreeToMake(keptIsRefused: boolean): Promise<void> },
): Promise<Switched> {
  const { changes, keys, locations, profiles, http, dryRun } = tools;
  const { profile, service } = present;
  const kept = await acceptedAsideKey(tools, profile, organisation);
  const stored = kept === 'refused' ? undefined : kept;
  if (stored === undefined && !dryRun) await consent.agreeToMake(kept === 'refused');
  const places = () => findHeldPlaces(locations, profile, present.key.fingerprint);
  const mayReplace = await agreeToReplacement(await places(), consent);
  let replacement: Replacement = { held: [], unreadable: [] };
  const plan = async (draft: Draft, next: NextKey) => {
    await mustBeThere(tools, present);
    replacement = await places();
    await planSwitch(draft, tools, profile, present, next);
    const { key, service: nextService } = next;
    const succession = { from: profile, to: profile, key, gateway: nextService.gateway, mayReplace };
    await planReplacement(draft, locations, replacement, succession);
  };
  const command = 'switch-org';
  if (stored) {
    const note = { command, profile, isOurKey: profiles.knownKeys() };
    const change = await changes.make(note, (draft) => plan(draft, stored));
    return { change, key: stored.key, made: false, replacement };
  }
  const newKey = (key: Secret): NextKey => ({ key, organisation, origin: 'obtained', service });
  const problem = await keys.storage(present.source === 'keychain' ? 'keychain' : 'file').probe();
  if (problem) throw new MegallmError('failed', problem.message, problem.hints);
  const { change, made } = await changeWithNewKey(tools, {
    command,
    profile,
    async make() {
      await mustBeThere(tools, present);
      if (dryRun) return { key: placeholderKey };
      return makeKey(http, present, { name: defaultKeyName(), org: organisation.id });
    },
    plan: (draft, { key }) => plan(draft, newKey(key)),
  });
  return { change, key: made?.key ?? placeholderKey, made: true, replacement };
}

/** Another megallm may have changed the profile since a person was asked. */
async function mustBeThere({ keys }: SwitchTools, { key, profile }: PresentKey): Promise<void> {
  if (key.equals(await keys.stored(profile))) return;
  throw new MegallmError(
    'refused',
    `The key of profile ${profile} was changed in the meantime.`,
    'Run the command again to start from what is there now.',
  );
}
