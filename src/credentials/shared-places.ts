import type { Locations } from './locations.ts';
import type { Location } from './profiles.ts';

/** A place, with whatever any of the profiles remembers of it. */
export interface SharedPlace {
  readonly location: Location;
  readonly owners: readonly string[];
}

/** The places of all these profiles, each once. */
export function sharedPlaces(locations: Locations, profiles: readonly string[]): SharedPlace[] {
  const places = new Map<string, SharedPlace>();
  for (const profile of profiles) {
    for (const location of locations.remembered(profile)) {
      const id = JSON.stringify([location.backend, location.path, location.service]);
      const known = places.get(id);
      places.set(id, {
        location: known ? joined(known.location, location) : location,
        owners: [...(known?.owners ?? []), profile],
      });
    }
  }
  return [...places.values()];
}

function joined(one: Location, other: Location): Location {
  return {
    ...other,
    ...one,
    variables: [...new Set([...one.variables, ...other.variables])],
    made: [...new Set([...one.made, ...other.made])],
    ...((one.beside || other.beside) && { beside: { ...other.beside, ...one.beside } }),
  };
}
