import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './fault.ts';

export const storageFaults: readonly Fault[] = [
  {
    name: 'a credentials file that others can read',
    fixes: true,
    check: 'permissions',
    status: 'fail',
    says: /^1 of \d+ files and folders can be read or written by others$/,
    next: 'chmod -R go= ~/.megallm',
    async seed({ home }) {
      chmodSync(join(home.path, '.megallm/profiles/default/credentials'), 0o644);
    },
  },
  {
    name: 'folders of ours that others can write to',
    fixes: true,
    check: 'permissions',
    status: 'fail',
    says: /^2 of \d+ files and folders can be read or written by others$/,
    next: 'chmod -R go= ~/.megallm',
    async seed({ home }) {
      chmodSync(join(home.path, '.megallm'), 0o777);
      chmodSync(join(home.path, '.megallm/profiles'), 0o770);
    },
  },
];
