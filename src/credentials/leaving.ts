import type { Draft } from '../changes/draft.ts';
import type { IsForeign, OtherPlaces } from './backends/backend.ts';
import { isSamePlace, type Location, type Profiles } from './profiles.ts';

/** Profiles that leave places together. */
export interface Leaving {
  readonly names: readonly string[];
  readonly isForeign: IsForeign;
  /** The others, with the places that they remember. */
  readonly staying: readonly { readonly name: string; readonly places: readonly Location[] }[];
}

/** What the records say of all other places when this one is left. */
export function otherPlaces(
  draft: Draft,
  profiles: Profiles,
  { names, staying }: Leaving,
  location: Location,
): OtherPlaces {
  return {
    isShared: staying.some(({ places }) => places.some((other) => isSamePlace(other, location))),
    kept: () =>
      names
        .flatMap((name) => profiles.readFrom(draft, name).locations)
        .flatMap((other) => (isSamePlace(other, location) ? [] : other.backend)),
  };
}
