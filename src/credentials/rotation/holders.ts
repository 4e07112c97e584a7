import { defaultAddress } from '../../api/address.ts';
import type { Secret } from '../../secret.ts';
import type { Backend, ExportedVariables } from '../backends/backend.ts';
import { exportedVariables } from '../exported.ts';
import { keyVariable } from '../key.ts';
import type { Location } from '../profiles.ts';
import type { RotationTools } from './state.ts';

/** A place that holds one of the keys in question. */
export interface Holder {
  readonly profile: string;
  readonly location: Location;
  readonly backend: Backend;
}

export type IsMeant = (fingerprint: string) => boolean;

/**
 * Every place of every profile that holds such a key now, whatever the records say: one that lost it, or has a key of
 * its own, is none. Throws the MegallmError of a place that cannot be read, since it may hold one.
 */
export async function findHolders(
  { profiles, locations }: RotationTools,
  isMeant: IsMeant,
): Promise<Holder[]> {
  const remembered = profiles
    .names()
    .flatMap((profile) => locations.remembered(profile).map((location) => ({ profile, location })));
  const holders = await Promise.all(
    remembered.map(async ({ profile, location }) => {
      const backend = await locations.reopen(location);
      const found = await backend.find(namesAt(location));
      const holds = found.some(({ value }) => value !== undefined && isMeant(value.fingerprint));
      return holds ? [{ profile, location, backend }] : [];
    }),
  );
  return holders.flat();
}

/** The profiles whose own key it is: one key may have been pasted into several. */
export function findOwners({ profiles }: RotationTools, fingerprints: readonly string[]): string[] {
  return profiles.names().filter((name) => {
    const { key } = profiles.read(name);
    return key !== undefined && fingerprints.includes(key.fingerprint);
  });
}

/** What the place gives to programs, with this key. */
export function variablesWith(
  { profiles }: RotationTools,
  { profile, location }: Holder,
  key: Secret,
): ExportedVariables {
  const gateway = profiles.read(profile).gateway ?? defaultAddress.gateway;
  return exportedVariables(key, { names: namesAt(location), gateway });
}

export function isSamePlace(left: Backend, right: Backend): boolean {
  return left.id === right.id && left.path === right.path;
}

function namesAt({ variables }: Location): readonly string[] {
  return [...new Set([keyVariable, ...variables])];
}
