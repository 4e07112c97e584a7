import { listOrganisations } from '../api/account.ts';
import type { ServiceAddress } from '../api/address.ts';
import { listKeys } from '../api/key-list.ts';
import type { Organisation } from '../api/shapes.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import { beginsLike } from './account-keys.ts';
import type { Profile } from './profiles.ts';

export type OrganisationRecord = NonNullable<Profile['organisation']>;

/** Of all of it together: nobody waits long for a name. */
const deadlineMs = 5000;

/**
 * The organisation that a key belongs to: that of the listed key which begins like it, else the first of the owner's.
 * `undefined` when the service does not tell; a key may be good without the right to read this.
 */
export async function findOrganisation(
  http: HttpClient,
  service: ServiceAddress,
  key: Secret,
): Promise<OrganisationRecord | undefined> {
  const signal = AbortSignal.timeout(deadlineMs);
  const listed = await listOrganisations(http, service, key, { signal });
  if (listed.kind !== 'ok') return undefined;
  const [first, ...others] = listed.value;
  if (first === undefined) return undefined;
  if (others.length === 0) return toOrganisationRecord(first);
  const owning = await Promise.all(
    listed.value.map(async (organisation) => {
      const keys = await listKeys(http, service, key, { org: organisation.id, signal });
      return keys.kind === 'ok' && keys.value.keys.some((one) => beginsLike(one, key));
    }),
  );
  return toOrganisationRecord(listed.value[owning.indexOf(true)] ?? first);
}

export function toOrganisationRecord({ id, name }: Organisation): OrganisationRecord {
  return { id, name: name ?? id };
}
