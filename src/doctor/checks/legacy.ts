import { legacyLine } from '../../legacy-offer.ts';
import type { Check } from '../check.ts';

/** Asked only where megallm 3.1.0 has left something. */
export const legacy: Check = {
  id: 'megallm-3',
  group: 'Storage',
  title: 'megallm 3.1.0',
  async run({ legacy, machine }) {
    const { detail = '', place, next } = legacyLine(legacy, machine.home, 'megallm login --yes') ?? {};
    return { status: 'warn', detail, ...(place && { place }), ...(next && { next }) };
  },
};
