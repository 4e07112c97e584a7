import { dirname, join, parse } from 'node:path';
import { exists } from './files.ts';
import type { Variables } from './machine.ts';

/** What Git does with a file. `unknown`: Git is there, and would not say. */
export type GitStatus = 'untracked' | 'ignored' | 'tracked' | 'no-git' | 'unknown';

/** The working tree that a folder belongs to; `undefined` outside of one. */
export function workingTreeOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (exists(join(at, '.git'))) return at;
    if (at === dirname(at)) return undefined;
  }
}

/**
 * What Git does with the file at `path` (absolute, links resolved) in `workingTree`.
 * The repository may be hostile: nothing that its configuration names is run, and nothing is fetched.
 */
export async function gitStatus(path: string, workingTree: string, env: Variables): Promise<GitStatus> {
  const [tracked, ignored] = await Promise.all([
    git(['ls-files', '--error-unmatch', '--', `:(literal)${path}`], workingTree, env),
    git(['check-ignore', '--quiet', '--no-index', '--', path], workingTree, env),
  ]);
  if (tracked === 'missing') return 'no-git';
  if (tracked === 0) return 'tracked';
  if (tracked !== 1) return 'unknown';
  return ignored === 0 ? 'ignored' : 'untracked';
}

/** The paths, relative to `workingTree`, that Git tracks; none where there is no Git, or it would not say. */
export async function trackedFiles(workingTree: string, env: Variables): Promise<string[]> {
  const { stdout } = await ask(['ls-files', '-z'], workingTree, env);
  return stdout.split('\0').filter((name) => name !== '');
}

const harmless = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'safe.bareRepository=explicit',
  'protocol.allow=never',
].flatMap((setting) => ['-c', setting]);

async function git(
  args: readonly string[],
  workingTree: string,
  env: Variables,
): Promise<number | 'missing'> {
  return (await ask(args, workingTree, env)).status;
}

/** The exit status of a Git command, `missing` when there is no Git, and what it prints. */
async function ask(
  args: readonly string[],
  workingTree: string,
  env: Variables,
): Promise<{ status: number | 'missing'; stdout: string }> {
  const { execFile } = await import('node:child_process');
  const { PATH, HOME, XDG_CONFIG_HOME } = env;
  return new Promise((resolve) => {
    execFile(
      'git',
      ['-C', workingTree, ...harmless, ...args],
      {
        // Not in the repository, where a PATH with a relative folder in it, and Windows, would look for `git`.
        cwd: parse(workingTree).root,
        timeout: 5000,
        maxBuffer: 64 * 2 ** 20,
        env: {
          PATH,
          HOME,
          XDG_CONFIG_HOME,
          // The repository's own configuration may allow what `protocol.allow` forbids, but not this.
          GIT_ALLOW_PROTOCOL: 'none',
          GIT_NO_LAZY_FETCH: '1',
          GIT_OPTIONAL_LOCKS: '0',
          GIT_TERMINAL_PROMPT: '0',
        },
      },
      (error, stdout) => {
        if (error === null) resolve({ status: 0, stdout });
        else if (error.code === 'ENOENT') resolve({ status: 'missing', stdout: '' });
        else resolve({ status: typeof error.code === 'number' ? error.code : 128, stdout: '' });
      },
    );
  });
}
