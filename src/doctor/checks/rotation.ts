import { rotateCommand } from '../../credentials/rotation/unfinished.ts';
import type { Check } from '../check.ts';

/** Asked only where one was begun and has not ended. */
export const rotation: Check = {
  id: 'rotation',
  group: 'Key',
  title: 'Rotation',
  async run({ profileFlag }) {
    return { status: 'warn', detail: 'begun and not finished', next: [`${rotateCommand}${profileFlag}`] };
  },
};
