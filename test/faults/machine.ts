import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './fault.ts';

export const machineFaults: readonly Fault[] = [
  {
    name: 'a megallm that is older than the newest known',
    check: 'runtime',
    status: 'warn',
    says: /; 99\.1\.0 is out$/,
    next: 'npx megallm@latest',
    async seed({ home }) {
      const record = JSON.stringify({ checkedAt: Date.now(), latest: '99.1.0' });
      writeFileSync(join(home.path, '.megallm/update.json'), record, { mode: 0o600 });
    },
  },
];
