import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requirements } from '../support/requirements.ts';
import type { Fault, Healthy } from './fault.ts';

const strange = `sk-mega-${'9'.repeat(64)}`;

const git = ({ home }: Healthy, ...args: string[]) =>
  execFileSync('git', args, { cwd: join(home.path, 'work'), env: { ...process.env, HOME: home.path } });

/** A repository with the key in its `.env`, which Git does not ignore. */
async function repository(healthy: Healthy) {
  const { home, run } = healthy;
  home.write('work/README', '');
  git(healthy, 'init', '--quiet');
  const cwd = join(home.path, 'work');
  await run(['env', 'write', '--to', 'dotenv'], { cwd });
  return { cwd };
}

export const dotenvFaults: readonly Fault[] = [
  {
    name: 'a .env that Git does not ignore',
    check: 'dotenv-git',
    status: 'warn',
    says: 'not ignored by Git',
    next: 'echo /.env >> ~/work/.gitignore',
    fixes: true,
    needs: [requirements.git],
    seed: repository,
  },
  {
    name: 'a .env that Git tracks',
    check: 'dotenv-git',
    status: 'fail',
    says: 'tracked by Git: the key is, or will be, in the history',
    next: 'git -C ~/work rm --cached .env && echo /.env >> ~/work/.gitignore',
    needs: [requirements.git],
    async seed(healthy) {
      const { cwd } = await repository(healthy);
      git(healthy, 'add', '.env');
      return {
        cwd,
        async mend() {
          git(healthy, 'rm', '--quiet', '--cached', '.env');
          healthy.home.write('work/.gitignore', '/.env\n');
        },
      };
    },
  },
  {
    name: 'another key in a folder whose name begins like ours',
    check: 'elsewhere',
    status: 'warn',
    says: 'MEGALLM_API_KEY is another value: sk-mega-9999…9999',
    next: 'Take MEGALLM_API_KEY out of ~/.megallm-old/.env:1',
    async seed({ home }) {
      home.write('.megallm-old/.env', `MEGALLM_API_KEY=${strange}\n`);
      return { cwd: join(home.path, '.megallm-old') };
    },
  },
  {
    name: 'another key in a .env further up',
    check: 'elsewhere',
    status: 'warn',
    says: 'MEGALLM_API_KEY is another value: sk-mega-9999…9999',
    next: 'Take MEGALLM_API_KEY out of ~/.env:1',
    async seed({ home }) {
      home.write('.env', `MEGALLM_API_KEY=${strange}\n`);
      home.write('work/README', '');
      return { cwd: join(home.path, 'work'), mend: async () => home.write('.env', '') };
    },
  },
  {
    name: 'another key in a .envrc, which is read and not run',
    check: 'elsewhere',
    status: 'warn',
    says: 'MEGALLM_API_KEY is another value: sk-mega-9999…9999',
    next: 'Take MEGALLM_API_KEY out of ~/.envrc:2',
    async seed({ home }) {
      home.write('.envrc', `touch ran\nexport MEGALLM_API_KEY=${strange}\n`);
      return {
        async mend() {
          expectAbsent(join(home.path, 'ran'));
          home.write('.envrc', '');
        },
      };
    },
  },
  {
    name: "a stray ANTHROPIC_API_KEY in .bashrc, which would shadow the .env's",
    check: 'elsewhere',
    status: 'warn',
    says: 'ANTHROPIC_API_KEY is not what megallm wrote',
    next: 'Take ANTHROPIC_API_KEY out of ~/.bashrc:1',
    async seed({ home, run }) {
      await run(['env', 'write', '--to', 'dotenv', '--sdk', 'anthropic']);
      home.write('.bashrc', 'export ANTHROPIC_API_KEY=sk-ant-other\n');
      return { mend: async () => home.write('.bashrc', '') };
    },
  },
  {
    name: "an OPENAI_BASE_URL of this shell, which sends MegaLLM's key elsewhere",
    check: 'elsewhere',
    status: 'warn',
    says: 'OPENAI_BASE_URL is not what megallm wrote',
    next: 'unset OPENAI_BASE_URL',
    async seed({ run }) {
      await run(['env', 'write', '--to', 'dotenv', '--sdk', 'openai']);
      return { env: { OPENAI_BASE_URL: 'https://llm.example.com/v1' } };
    },
  },
  {
    name: 'the key twice in .env',
    check: 'own-lines',
    status: 'warn',
    says: 'sets MEGALLM_API_KEY, and a later line does again',
    next: 'Take out ~/.env:2',
    fixes: true,
    async seed({ home, key, run }) {
      home.write('.env', `# mine\nMEGALLM_API_KEY=${key}\nA=1\nMEGALLM_API_KEY=${key}\n`);
      await run(['env', 'write', '--to', 'dotenv']);
    },
  },
];

function expectAbsent(path: string): void {
  try {
    readFileSync(path);
  } catch {
    return;
  }
  throw new Error(`${path} is there: the .envrc was run`);
}
