import type { Backend } from '../credentials/backends/backend.ts';
import type { Patient } from './check.ts';

/** The places that were written to and can be opened, and the usual ones, each once; linked tools apart. */
export async function everyPlace({ locations, open, usualPlaces }: Patient): Promise<Backend[]> {
  const remembered = await Promise.allSettled(locations.filter(({ link }) => !link).map(open));
  const all = [
    ...remembered.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
    ...(await usualPlaces()),
  ];
  return [...new Map(all.map((place) => [`${place.id} ${place.path}`, place])).values()];
}
