import { expect, it } from 'vitest';
import { matchListed } from '../../../src/system/processes.ts';

const key = `sk-mega-${'a'.repeat(64)}`;
const holds = (text: string) => text.includes(key);

it('reads both lists of ps: the environment stands behind the arguments', () => {
  const environments = [
    '    1 /sbin/launchd PATH=/bin',
    `  412 /usr/local/bin/node server.js --port 80 HOME=/Users/me MEGALLM_API_KEY=${key} LANG=C`,
    `  413 grep ${key}`,
    ` 9999 ruby x.rb AUTH=Bearer_${key}`,
    '',
  ].join('\n');
  const names = '    1 launchd\n  412 node\n  413 grep\n';
  expect(matchListed(environments, names, holds)).toEqual([
    { pid: 412, name: 'node' },
    { pid: 9999, name: '?' },
  ]);
});
