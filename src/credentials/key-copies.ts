import { MegallmError } from '../errors.ts';
import { keyVariable, tryParseKey } from './key.ts';
import type { Locations } from './locations.ts';
import { type Location, type Profiles, storedKeys } from './profiles.ts';
import type { KeyCopy, KeyStore } from './store.ts';

export interface KeySources {
  readonly keys: KeyStore;
  readonly profiles: Profiles;
  readonly locations: Locations;
}

/** The keys at each location that was written to, and in the environment. */
export async function writtenCopies({ keys, profiles, locations }: KeySources): Promise<KeyCopy[]> {
  const remembered = profiles.names().flatMap((name) => locations.remembered(name));
  const written = await Promise.all(remembered.map((location) => copiesAt(location, locations)));
  const environment = keys.environmentCopy();
  return [...written.flat(), ...(environment ? [environment] : [])];
}

/**
 * The stored keys of the profiles that have one of those: each in a keychain costs a process, and one that cannot be
 * reached must not stand in the way of what is not about it.
 */
export async function storedCopiesOf(
  { keys, profiles }: KeySources,
  isMeant: (fingerprint: string) => boolean,
): Promise<KeyCopy[]> {
  const holders = profiles.names().filter((name) => {
    const profile = profiles.read(name);
    return profile.rotation !== undefined || storedKeys(profile).some(isMeant);
  });
  const copies = await Promise.all(holders.map((name) => keys.storedCopies(name)));
  return copies.flat();
}

/** None where nobody can read any more: such a place must not keep the others from being put in order. */
async function copiesAt(location: Location, locations: Locations): Promise<KeyCopy[]> {
  try {
    const backend = await locations.reopen(location);
    const found = await backend.find([keyVariable]);
    return found.flatMap(({ value, path }) => {
      const key = value && tryParseKey(value.reveal());
      return key ? { key, place: path } : [];
    });
  } catch (error) {
    if (error instanceof MegallmError) return [];
    throw error;
  }
}
