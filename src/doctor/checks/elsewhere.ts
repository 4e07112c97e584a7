import { type Backend, type Found, foundAt } from '../../credentials/backends/backend.ts';
import { keyVariable } from '../../credentials/key.ts';
import type { ActiveKey } from '../../credentials/store.ts';
import type { Check, Patient } from '../check.ts';

/** Who else sets the key: places that megallm did not write to, and what they would give to a program. */
export const elsewhere: Check = {
  id: 'elsewhere',
  group: 'Key',
  title: 'Set elsewhere',
  needsKey: true,
  async run(patient) {
    const others = await othersThatSetIt(patient);
    if (others.length === 0) return { status: 'pass', detail: 'nowhere that megallm does not know of' };
    const { key } = await patient.active;
    return {
      status: others.some(({ value }) => !key.equals(value)) ? 'warn' : 'pass',
      detail: others.map((found) => describe(found, key)).join(', '),
      next: [`megallm env write --to BACKEND --yes   (to have megallm set ${keyVariable} there)`],
    };
  },
};

async function othersThatSetIt({ locations, usualPlaces }: Patient): Promise<readonly Found[]> {
  const isRemembered = ({ id, path }: Backend) =>
    locations.some((location) => location.backend === id && location.path === path);
  const unknown = (await usualPlaces()).filter((backend) => !isRemembered(backend));
  const found = await Promise.allSettled(unknown.map(settingOf));
  // What megallm cannot read, and never wrote, is no matter of its own.
  return found.flatMap((all) => (all.status === 'fulfilled' ? (all.value.at(-1) ?? []) : []));
}

/** A reference to the key sets nothing of its own. */
async function settingOf(backend: Backend): Promise<readonly Found[]> {
  const found = await backend.find([keyVariable]);
  return backend.holdsReferences ? found.filter(({ value }) => value !== undefined) : found;
}

function describe(found: Found, key: ActiveKey['key']): string {
  return `${foundAt(found)}, to ${key.equals(found.value) ? 'this key' : 'another value'}`;
}
