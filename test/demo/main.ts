/**
 * `npm run demo`: the main job from end to end, against a local service and in a throw-away home. An argument is
 * another megallm to show it with.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../sandbox/service.ts';

const bin = process.argv[2] ?? fileURLToPath(new URL('../../bin/megallm.cjs', import.meta.url));
const home = realpathSync(mkdtempSync(join(tmpdir(), 'megallm-demo-')));
const sandbox = await startSandbox();
const { key } = sandbox.issueKey();
const env = {
  HOME: home,
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  TERM: 'dumb',
  MEGALLM_NO_UPDATE_NOTICE: '1',
  ...sandbox.environment,
};

let failed = false;
try {
  say(
    'A local service stands in for MegaLLM, and a temporary folder for your home. Nothing else is touched.',
  );
  writeFileSync(join(home, '.bashrc'), '# a .bashrc of your own\nalias ll="ls -l"\n');

  say('Sign in with a key from stdin; it is verified before it is stored.');
  await megallm(['login', '--with-key', '--insecure-storage'], `${key}\n`);
  say('Write it where programs look for it: a .env file, and bash.');
  await megallm(['env', 'write', '--to', 'dotenv', '--to', 'bash']);
  say('A new login shell sees it:');
  await run('bash', ['-lc', 'printf %s "$MEGALLM_API_KEY" | cut -c 1-12']);
  say('Everything, checked:');
  await megallm(['doctor']);
  say('And back: the files are again what they were.');
  await megallm(['undo']);
  await run('cat', ['.bashrc']);
} catch (error) {
  failed = true;
  say(error instanceof Error ? error.message : String(error));
} finally {
  await sandbox.close();
  rmSync(home, { recursive: true });
  say(failed ? 'The demo failed; nothing is left behind.' : 'Done; nothing is left behind.');
  process.exitCode = failed ? 1 : 0;
}

function say(text: string): void {
  process.stdout.write(`\n# ${text}\n`);
}

function megallm(args: readonly string[], stdin = ''): Promise<void> {
  return run(process.execPath, [bin, ...args], stdin, ['megallm', ...args]);
}

function run(
  program: string,
  args: readonly string[],
  stdin = '',
  shown = [program, ...args],
): Promise<void> {
  process.stdout.write(`$ ${shown.map(quoted).join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: home, env, stdio: ['pipe', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${shown.join(' ')} ended with ${code}.`)),
    );
    // Not every program reads it to the end.
    child.stdin.on('error', () => undefined).end(stdin);
  });
}

function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word}'`;
}
