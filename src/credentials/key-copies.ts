import { MegallmError } from '../errors.ts';
import { keyVariable, tryParseKey } from './key.ts';
import type { Locations } from './locations.ts';
import type { Location, Profiles } from './profiles.ts';
import type { KeyCopy, KeyStore } from './store.ts';

export interface KeySources {
  readonly keys: KeyStore;
  readonly profiles: Profiles;
  readonly locations: Locations;
}

/** Every key that can be found: stored, in the environment, and at each location that was written to. */
export async function collectKeys({ keys, profiles, locations }: KeySources): Promise<KeyCopy[]> {
  const stored = await Promise.all(profiles.names().map((name) => keys.storedCopies(name)));
  const remembered = profiles.names().flatMap((name) => locations.remembered(name));
  const written = await Promise.all(remembered.map((location) => copiesAt(location, locations)));
  const environment = keys.environmentCopy();
  return [...stored.flat(), ...written.flat(), ...(environment ? [environment] : [])];
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
