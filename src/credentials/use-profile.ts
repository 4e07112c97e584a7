import { defaultAddress } from '../api/address.ts';
import type { Change, Changes } from '../changes/changes.ts';
import { MegallmError } from '../errors.ts';
import type { KeySources } from './key-copies.ts';
import { noSuchProfile } from './named-profile.ts';
import type { Profiles } from './profiles.ts';
import { agreeToReplacement, findHeldPlaces, planReplacement, type Replacement } from './replacement.ts';
import type { Consent } from './writes.ts';

export interface ProfileSwitch {
  readonly change: Change;
  readonly previous: string;
  readonly replacement: Replacement;
}

const nowhere: Replacement = { held: [], unreadable: [] };

/** Makes a profile the current one: the places that hold the key of the one before it get its key, and are its own then. */
export async function useProfile(
  sources: KeySources & { changes: Changes },
  name: string,
  consent: Consent,
): Promise<ProfileSwitch> {
  const { changes, keys, locations, profiles } = sources;
  if (!profiles.names().includes(name)) throw noSuchProfile(name, profiles.names());
  const mayReplace = await agreeToReplacement(await placesToHandOver(sources, name), consent);
  let previous = profiles.currentName();
  let replacement = nowhere;
  const note = { command: 'profile use', profile: name, isOurKey: profiles.knownKeys() };
  const change = await changes.make(note, async (draft) => {
    // Under the lock, so that what another megallm has done meanwhile is seen.
    previous = profiles.currentName();
    const key = await keys.stored(name);
    if (key === undefined) throw withoutKey(name);
    replacement = await placesToHandOver(sources, name);
    const gateway = gatewayOf(profiles, name);
    await planReplacement(draft, locations, replacement, {
      from: previous,
      to: name,
      key,
      gateway,
      mayReplace,
    });
    if (previous !== name) profiles.planCurrent(draft, name);
  });
  return { change, previous, replacement };
}

async function placesToHandOver({ locations, profiles }: KeySources, to: string): Promise<Replacement> {
  const from = profiles.currentName();
  const { key } = profiles.read(from);
  if (from === to || key === undefined) return nowhere;
  return findHeldPlaces(locations, from, key.fingerprint, { profile: to, gateway: gatewayOf(profiles, to) });
}

/** Its places would go on with the other profile's key. */
function withoutKey(name: string): MegallmError {
  return new MegallmError('not-signed-in', `Profile ${name} has no key.`, [
    `megallm login --profile ${name}`,
    `then: megallm profile use ${name}`,
  ]);
}

function gatewayOf(profiles: Profiles, name: string): string {
  return profiles.read(name).gateway ?? defaultAddress.gateway;
}
