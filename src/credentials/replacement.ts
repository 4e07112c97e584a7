import type { Draft } from '../changes/draft.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { exportedVariables } from './exported.ts';
import type { Locations, Write } from './locations.ts';
import type { Location } from './profiles.ts';
import type { Consent } from './writes.ts';

/** The places of one profile that hold a key which is to give way to another. */
export interface Replacement {
  readonly held: readonly HeldPlace[];
  /** Nobody can tell what they hold. */
  readonly unreadable: readonly Location[];
}

interface HeldPlace {
  readonly location: Location;
  readonly write: Write;
}

/** The places of the profile that hold the key now: what a person has put there since, or another profile, is left alone. */
export async function findHeldPlaces(
  locations: Locations,
  profile: string,
  fingerprint: string,
): Promise<Replacement> {
  const held: HeldPlace[] = [];
  const unreadable: Location[] = [];
  for (const location of locations.remembered(profile)) {
    try {
      const backend = await locations.reopen(location);
      const found = await backend.find(location.variables);
      if (!found.some(({ value }) => value?.fingerprint === fingerprint)) continue;
      const { inline } = location;
      const write: Write = { backend, replace: 'ours-only', ...(inline && { inline }) };
      held.push({ location, write });
    } catch (error) {
      if (!(error instanceof MegallmError)) throw error;
      unreadable.push(location);
    }
  }
  return { held, unreadable };
}

/**
 * Makes sure that each place can be written to, and that what a person has put in the way since may give way too.
 * The result tells of each place whether it may.
 */
export async function agreeToReplacement(
  { held }: Replacement,
  consent: Consent,
): Promise<(location: Location) => boolean> {
  for (const { write } of held) {
    const obstacle = await write.backend.probe();
    if (obstacle) throw new MegallmError('refused', obstacle.message, obstacle.hints);
  }
  const conflicts = await Promise.all(
    held.map(({ location, write }) => write.backend.conflicts(location.variables)),
  );
  if (conflicts.flat().length > 0) await consent.replace(conflicts.flat());
  const agreed = new Set(
    held
      .filter((_, index) => conflicts[index]?.length)
      .map(({ location: { backend, path } }) => `${backend} ${path}`),
  );
  return ({ backend, path }) => agreed.has(`${backend} ${path}`);
}

interface Succession {
  /** The profiles that the places are remembered by, before and from then on. */
  readonly from: string;
  readonly to: string;
  readonly key: Secret;
  /** What SDKs are to use as their base URL, without `/v1`. */
  readonly gateway: string;
  readonly mayReplace: (location: Location) => boolean;
}

/** Plans to write another key to the places. */
export async function planReplacement(
  draft: Draft,
  locations: Locations,
  { held }: Replacement,
  { from, to, key, gateway, mayReplace }: Succession,
): Promise<void> {
  for (const { location, write } of held) {
    locations.planHandOver(draft, from, to, location);
    const replace = mayReplace(location) ? 'anything' : 'ours-only';
    const variables = exportedVariables(key, { names: location.variables, gateway });
    await locations.planWrite(draft, to, { ...write, replace }, variables);
  }
}
