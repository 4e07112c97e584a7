import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';

/** Where the key may be: its storage, and where it was told to go. */
const intended = new Set(['.megallm/profiles/default/credentials', '.megallm/env.sh', '.env', 'work/.env']);

const commands: readonly (readonly string[])[] = [
  ['whoami'],
  ['status'],
  ['doctor', '--verbose'],
  ['env', 'write', '--to', 'dotenv', '--to', 'bash', '--to', 'zsh', '--dry-run'],
  ['env', 'write', '--to', 'dotenv', '--to', 'bash', '--to', 'zsh'],
  ['env', 'write', '--to', 'nowhere'],
  ['env', 'write', '--to', 'dotenv', '--file', '/nowhere/at/all/.env'],
  ['keys', 'create', '--activate', '--dry-run', '--insecure-storage'],
  ['keys', 'create'],
  ['keys', 'create', '--org', 'nobody', '--to', 'dotenv', '--file', 'new.env'],
  ['undo', '--list'],
  ['undo', '--dry-run'],
  ['env', 'remove', '--dry-run'],
  ['env', 'remove', '--to', 'zsh'],
  ['undo'],
  ['login', '--with-key', '--insecure-storage'],
  ['login', '--with-key', '--insecure-storage', '--dry-run'],
  ['login'],
  ['logout', '--dry-run'],
  ['nonsense'],
];
const forms = [[], ['--json'], ['--debug']] as const;

describeWith(requirements.proc, 'a canary key', () => {
  it.each(['echo', 'unauthorized', 'server-error'] as const)(
    'shows up nowhere, whatever the service does (%s)',
    async (fault) => {
      const { home, key, run, sandbox } = await signedInHome();
      sandbox.setFault('echo');
      if (fault !== 'echo') sandbox.addFault(fault);
      const watch = watchArguments(key);
      for (const command of commands) {
        for (const form of forms) {
          const outcome = await run([...command, ...form], { stdin: `${key}\n` });
          expect(`${outcome.stdout}${outcome.stderr}`, command.join(' ')).not.toContain(key.slice(20));
        }
      }
      expect(watch.stop()).toEqual([]);
      expect(sandbox.requests.filter(({ path }) => path.includes(key.slice(8)))).toEqual([]);
      for (const [path, entry] of home.snapshot()) {
        if (entry.type !== 'file' || intended.has(path)) continue;
        expect(home.read(path).includes(key.slice(20)), path).toBe(false);
      }
      await run(['logout', '--keep-key'], { stdin: '' });
      for (const [path, entry] of home.snapshot()) {
        if (entry.type === 'file') expect(home.read(path).includes(key.slice(20)), path).toBe(false);
      }
    },
    120_000,
  );
});

it('a key that only the environment has leaves no copy in the journal', async () => {
  const { home, run, sandbox } = await signedInHome();
  const { key } = sandbox.issueKey();
  const env = { MEGALLM_API_KEY: key };
  expect(await run(['env', 'write', '--to', 'dotenv'], { env })).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString()).toContain(key);
  expect(await run(['env', 'remove'], { env })).toMatchObject({ exitCode: 0 });
  for (const [path, entry] of home.snapshot()) {
    if (entry.type === 'file') expect(home.read(path).includes(key.slice(20)), path).toBe(false);
  }
  expect(await run(['undo'], { env })).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString()).toContain(key);
});

/** Looks at the arguments of all processes, over and over. */
function watchArguments(secret: string): { stop(): string[] } {
  const seen = new Set<string>();
  const look = () => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        if (line.includes(secret)) seen.add(line);
      } catch {
        // It has just ended.
      }
    }
  };
  const timer = setInterval(look, 5);
  return {
    stop() {
      clearInterval(timer);
      return [...seen];
    },
  };
}
