import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
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
  {
    name: 'a shell that still has the key of before the last login',
    check: 'active-key',
    status: 'warn',
    says: /but this shell still has sk-mega-\w{4}…\w{4}, a key that was replaced$/,
    next: 'open a new terminal, or: unset MEGALLM_API_KEY',
    async seed({ key, run, sandbox }) {
      const login = ['login', '--with-key', '--insecure-storage'];
      await run(login, { stdin: sandbox.issueKey().key });
      return { env: { MEGALLM_API_KEY: key } };
    },
  },
  {
    name: 'a profile that was asked for and has no key',
    check: 'active-key',
    status: 'fail',
    says: 'There is no key in profile work',
    next: 'megallm login --profile work',
    flags: ['--profile', 'work'],
    async seed() {
      return undefined;
    },
  },
  {
    name: 'an address in the environment that would have the stored key',
    check: 'active-key',
    status: 'fail',
    says: 'MEGALLM_BASE_URL would send the stored key to https://elsewhere.example',
    next: 'unset MEGALLM_BASE_URL',
    async seed() {
      return { env: { MEGALLM_BASE_URL: 'https://elsewhere.example' } };
    },
  },
  {
    name: 'a rotation that was stopped on the way',
    check: 'rotation',
    status: 'warn',
    says: 'begun and not finished',
    next: 'megallm keys rotate',
    async seed({ home, run }) {
      const path = join(home.path, '.megallm/profiles/default/profile.json');
      const record = JSON.parse(readFileSync(path, 'utf8'));
      const rotation = { token: 'a1b2c3', replaces: [record.key.fingerprint] };
      writeFileSync(path, JSON.stringify({ ...record, rotation }));
      return {
        async mend() {
          expect(await run(['keys', 'rotate', '--yes'])).toMatchObject({ exitCode: 0 });
        },
      };
    },
  },
];
