import type { Draft } from '../../changes/draft.ts';
import type { Check } from '../check.ts';
import { everyPlace } from '../every-place.ts';

/** Blocks and lines of ours that are not as megallm leaves them. */
export const flaws: Check = {
  id: 'own-lines',
  group: 'Places',
  title: 'Own lines',
  async run(patient) {
    const isOurs = patient.profiles.knownKeys();
    const places = await everyPlace(patient);
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
