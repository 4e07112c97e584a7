import { keyVariable } from './key.ts';
import type { Locations } from './locations.ts';
import type { Profiles } from './profiles.ts';
import type { KeyCopy, KeyStore } from './store.ts';

export interface KeySources {
  readonly keys: KeyStore;
  readonly profiles: Profiles;
  readonly locations: Locations;
}

/** Every key that can be found: stored, in the environment, and at each location that was written to. */
export async function collectKeys({ keys, profiles, locations }: KeySources): Promise<KeyCopy[]> {
  const stored = await Promise.all(profiles.names().map((name) => keys.storedCopy(name)));
  const written: KeyCopy[] = [];
  for (const location of profiles.names().flatMap((name) => locations.remembered(name))) {
    const backend = await locations.reopen(location);
    for (const { value, path } of await backend.find([keyVariable])) {
      if (value) written.push({ key: value, place: path });
    }
  }
  const environment = keys.environmentCopy();
  return [...stored.flatMap((copy) => copy ?? []), ...written, ...(environment ? [environment] : [])];
}
