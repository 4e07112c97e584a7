import type { Draft } from '../../changes/draft.ts';
import type { Backend } from '../../credentials/backends/backend.ts';
import type { Check, Patient } from '../check.ts';

/** Blocks and lines of ours that are not as megallm leaves them. */
export const flaws: Check = {
  id: 'own-lines',
  group: 'Places',
  title: 'Own lines',
  async run(patient) {
    const isOurs = patient.profiles.knownKeys();
    const places = await placesOf(patient);
    const results = await Promise.allSettled(
      places.map(async (place) => (await place.flaws?.(isOurs)) ?? []),
    );
    const found = results.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    if (found.length === 0) return { status: 'pass', detail: 'as megallm left them' };
    const mends = found.flatMap((flaw) => (flaw.mend ? [flaw.mend] : []));
    return {
      status: 'warn',
      detail: found.map(({ detail }) => detail).join('; '),
      place: found.map(({ path, line }) => `${path}:${line}`).join(', '),
      next: [...new Set(found.flatMap(({ next }) => next))],
      ...(mends.length > 0 && {
        mend(draft: Draft) {
          for (const mend of mends) mend(draft);
        },
      }),
    };
  },
};

async function placesOf({ locations, open, usualPlaces }: Patient): Promise<Backend[]> {
  const remembered = await Promise.allSettled(locations.filter(({ link }) => !link).map(open));
  const all = [
    ...remembered.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
    ...(await usualPlaces()),
  ];
  return [...new Map(all.map((place) => [`${place.id} ${place.path}`, place])).values()];
}
