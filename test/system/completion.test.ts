import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { openTerminal } from '../support/terminal.ts';

/** A home in which `megallm` is on the PATH. */
async function installed() {
  const situation = await signedInHome();
  const { home, run, sandbox } = situation;
  home.write('bin/megallm', `#!/bin/sh\nexec '${process.execPath}' '${megallmBin}' "$@"\n`, 0o755);
  for (const shell of ['bash', 'zsh', 'fish']) {
    home.write(`completion.${shell}`, (await run(['completion', shell])).stdout);
  }
  const PATH = `${join(home.path, 'bin')}:${process.env.PATH}`;
  return { ...situation, env: { ...sandbox.environment, PATH } };
}

describe('the words that come into question', () => {
  const complete = async (words: readonly string[], options = {}) => {
    const { run } = await signedInHome();
    const outcome = await run(['complete', '--', ...words], options);
    expect(outcome).toMatchObject({ stderr: '', exitCode: 0 });
    return outcome.stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
  };

  it.each<[string, string[], string[]]>([
    ['commands', ['=who'], ['whoami']],
    ['a group', ['env', '='], ['write', 'print', 'remove']],
    ['flags', ['env', 'write', '--to', 'dotenv', '=--s'], ['--service', '--sdk']],
    ['flags of every command', ['whoami', '=--js'], ['--json']],
    ['backends', ['env', 'write', '--to', '=d'], ['dotenv']],
    ['the end of a list', ['run', '--sdk', '=openai,l'], ['openai,langchain']],
    ['tools', ['link', '=c'], ['claude', 'codex']],
    ['profiles', ['-p', '='], ['default']],
    ['profiles, behind another flag', ['--json', 'profile', 'use', '='], ['default']],
    ['nothing of ours for a file', ['env', 'write', '--file', '='], []],
    ['nothing of ours for another program', ['run', '--', 'ls', '=--'], []],
    ['nothing that is hidden', ['=complete'], []],
    ['nothing for what there is not', ['nonsense', 'more', '='], []],
  ])('%s', async (_, words, expected) => {
    expect(await complete(words)).toEqual(expected);
  });

  it('has the ids of keys from the service, and says nothing when that fails', async () => {
    const { run, sandbox } = await signedInHome();
    const ask = () => run(['complete', '--', 'keys', 'revoke', '=']);
    const [id] = sandbox.liveKeys().map((key) => key.id);
    expect((await ask()).stdout).toContain(id);
    for (const fault of ['server-error', 'malformed-json', 'unauthorized'] as const) {
      sandbox.setFault(fault);
      expect(await ask()).toMatchObject({ stdout: '', stderr: '', exitCode: 0 });
    }
  });
});

describeWith(requirements.bash, 'bash', () => {
  it('completes at the Tab key', async () => {
    const { home, env } = await installed();
    const options = { home, env: { ...env, PS1: '$ ' }, cols: 120 };
    const terminal = openTerminal('bash', ['--norc', '--noprofile', '-i'], options);
    await terminal.waitFor('$');
    terminal.type('. ~/completion.bash; echo ready\r');
    await terminal.waitFor(/^ready/m);
    terminal.type('megallm env wr\t');
    await terminal.waitFor('megallm env write ');
    terminal.type('--to dot\t');
    await terminal.waitFor('megallm env write --to dotenv ');
    terminal.type('--file completion.z\t');
    await terminal.waitFor('--file completion.zsh');
  });
});

describeWith(requirements.zsh, 'zsh', () => {
  it('completes at the Tab key', async () => {
    const { home, env } = await installed();
    const terminal = openTerminal('zsh', ['-f', '-i'], { home, env, cols: 120 });
    await terminal.waitFor(/[%#]/);
    terminal.type('PS1="ready> "; . ~/completion.zsh\r');
    await terminal.waitFor(/^ready>/m);
    terminal.type('megallm env wr\t');
    await terminal.waitFor('megallm env write ');
    terminal.type('--to dot\t');
    await terminal.waitFor('megallm env write --to dotenv ');
  });
});

describeWith(requirements.fish, 'fish', () => {
  it('completes commands with what they are, and files where they belong', async () => {
    const { home, env } = await installed();
    const ask = async (line: string) => {
      const script = `source ~/completion.fish; complete -C '${line}'`;
      const { stdout, stderr } = await runProgram('fish', ['--no-config', '-c', script], { home, env });
      expect(stderr).toBe('');
      return stdout.trim().split('\n');
    };
    expect(await ask('megallm env wr')).toEqual(['write\twrite the key where programs look for it']);
    expect(await ask('megallm env ')).toHaveLength(3);
    expect(await ask('megallm env write --to dot')).toEqual(['dotenv']);
    expect(await ask('megallm env write --file completion.z')).toEqual(['completion.zsh']);
  });
});
