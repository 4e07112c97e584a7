import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { requirements } from '../support/requirements.ts';
import type { Fault } from './fault.ts';

const found = { check: 'scan', status: 'fail', next: 'megallm keys rotate', flags: ['--scan'] } as const;

export const scanFaults: readonly Fault[] = [
  {
    ...found,
    name: 'the key in the history of bash',
    says: 'a key in use stands in: shell history (searched 1 file)',
    async seed({ home, key }) {
      home.write('.bash_history', `ls\ncurl -H "x-api-key: ${key}" https://example.com\n`);
      return { mend: async () => rmSync(join(home.path, '.bash_history')) };
    },
  },
  {
    ...found,
    name: 'the key in the history of zsh, metafied',
    says: 'a key in use stands in: shell history',
    async seed({ home, key }) {
      const line = Buffer.from(`: 1700000000:0;echo \u00df; export MEGALLM_API_KEY=${key}\\\n  true\n`);
      home.write('.zsh_history', Buffer.concat([Buffer.from([0x83, 0xa2, 0x0a]), line]));
    },
  },
  {
    ...found,
    name: 'the key in a transcript of Claude Code',
    says: 'a key in use stands in: agent transcript',
    async seed({ home, key }) {
      const entry = JSON.stringify({ type: 'user', message: `MEGALLM_API_KEY=${key}\nok` });
      home.write('.claude/projects/-work/one.jsonl', `{}\n${entry}\n`);
    },
  },
  {
    ...found,
    name: 'the key in a file that Git tracks',
    says: 'a key in use stands in: tracked file',
    needs: [requirements.git],
    async seed({ home, key }) {
      const cwd = join(home.path, 'work');
      home.write('work/notes.md', `The key is ${key}.\n`);
      for (const args of [
        ['init', '--quiet'],
        ['add', 'notes.md'],
      ]) {
        execFileSync('git', args, { cwd, env: { ...process.env, HOME: home.path } });
      }
      return { cwd };
    },
  },
  {
    ...found,
    name: 'a key that was replaced, in a history',
    status: 'warn',
    says: 'a key that was replaced stands in: shell history',
    next: /^megallm keys list/,
    async seed({ home, key, run, sandbox }) {
      home.write('.bash_history', `export MEGALLM_API_KEY=${key}\n`);
      await run(['login', '--with-key', '--insecure-storage'], { stdin: sandbox.issueKey().key });
    },
  },
];
