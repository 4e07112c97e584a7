import type { Fault } from './fault.ts';

export const keyFaults: readonly Fault[] = [
  {
    name: 'no key at all',
    check: 'active-key',
    status: 'fail',
    says: 'There is no key in profile default',
    next: 'megallm login',
    async seed({ run }) {
      await run(['logout', '--keep-key', '--yes']);
    },
  },
];
