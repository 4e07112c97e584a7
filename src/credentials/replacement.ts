import type { Draft } from '../changes/draft.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { Backend, Found } from './backends/backend.ts';
import { exportedVariables } from './exported.ts';
import type { Locations, Write } from './locations.ts';
import type { Link, Location } from './profiles.ts';
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

/** A profile that takes over from another: the tools that ask megallm for a key are to ask for its. */
export type NextLink = Pick<Link, 'profile' | 'gateway'>;

/**
 * The places of the profile that hold the key now, or have it from megallm when `next` is another profile: what a person
 * has put there since, or another profile, is left alone.
 */
export async function findHeldPlaces(
  locations: Locations,
  profile: string,
  fingerprint: string,
  next?: NextLink,
): Promise<Replacement> {
  const held: HeldPlace[] = [];
  const unreadable: Location[] = [];
  for (const location of locations.remembered(profile)) {
    try {
      const backend = await locations.reopen(location);
      const found = await backend.find(location.variables);
      const holds = found.some(({ value }) => value?.fingerprint === fingerprint);
      const asks = next !== undefined && (await asksMegallm(location, backend, found));
      if (!holds && !asks) continue;
      const { inline, link } = location;
      const target =
        link && next ? await locations.reopen({ ...location, link: { ...link, ...next } }) : backend;
      const write: Write = { backend: target, replace: 'ours-only', ...(inline && { inline }) };
      held.push({ location, write });
    } catch (error) {
      if (!(error instanceof MegallmError)) throw error;
      unreadable.push(location);
    }
  }
  return { held, unreadable };
}

/** A tool that asks a command for the key: ours, as long as nothing there is in the way of it. */
async function asksMegallm({ link }: Location, backend: Backend, found: readonly Found[]): Promise<boolean> {
  if (link?.form !== 'command' || !found.some(({ value }) => value === undefined)) return false;
  return (await backend.conflicts([])).length === 0;
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
