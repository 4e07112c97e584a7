import { listOrganisations } from '../api/account.ts';
import type { ServiceAddress } from '../api/address.ts';
import { listKeys } from '../api/key-list.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import type { Profile } from './profiles.ts';

/**
 * The organisation that a key belongs to: that of the listed key which begins like it, else the first of the owner's.
 * `undefined` when the service does not tell; a key may be good without the right to read this.
 */
export async function findOrganisation(
  http: HttpClient,
  service: ServiceAddress,
  key: Secret,
): Promise<Profile['organisation']> {
  const listed = await listOrganisations(http, service, key);
  if (listed.kind !== 'ok') return undefined;
  const [first, ...others] = listed.value;
  if (first === undefined) return undefined;
  if (others.length === 0) return toRecord(first);
  const owning = await Promise.all(
    listed.value.map(async (organisation) => {
      const keys = await listKeys(http, service, key, { org: organisation.id });
      return (
        keys.kind === 'ok' && keys.value.keys.some(({ prefix }) => prefix && key.reveal().startsWith(prefix))
      );
    }),
  );
  return toRecord(listed.value[owning.indexOf(true)] ?? first);
}

function toRecord({ id, name }: { id: string; name?: string }): { id: string; name: string } {
  return { id, name: name ?? id };
}
