import type { Fault } from './fault.ts';

export const placeFaults: readonly Fault[] = [
  {
    name: 'a wrong key in .env',
    fixes: true,
    check: 'location:dotenv:~/.env',
    status: 'fail',
    says: /^holds another key: sk-mega-9999…9999$/,
    next: 'megallm env write --to dotenv --file ~/.env',
    async seed({ home, run }) {
      await run(['env', 'write', '--to', 'dotenv']);
      home.write('.env', `MEGALLM_API_KEY=sk-mega-${'9'.repeat(64)}\n`);
    },
  },
];
