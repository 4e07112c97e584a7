import { join } from 'node:path';
import { expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

/** Profile default has written one shell, and work another that reads the same file of ours. */
async function twoProfiles(first: readonly string[], second: readonly string[]) {
  const situation = await signedInHome();
  const { home, run, sandbox } = situation;
  const other = sandbox.issueKey().key;
  const work = ['--profile', 'work'];
  home.write('.bashrc', '# mine\n');
  await run(['env', 'write', ...first]);
  await run(['login', '--with-key', '--insecure-storage', ...work], { stdin: other });
  expect(await run(['env', 'write', ...second, ...work])).toMatchObject({ exitCode: 0 });
  const holders = (key: string) =>
    [...home.snapshot()]
      .filter(([path, { type }]) => type === 'file' && home.read(path).includes(key))
      .map(([path]) => path);
  return { ...situation, other, work, holders };
}

it.each([
  ['logout', []],
  ['env', ['remove']],
])(
  '%s leaves no key of its profile in the file that the other profile’s shell reads',
  async (command, rest) => {
    const { holders, key, other, run, work } = await twoProfiles(['--to', 'zsh'], ['--to', 'bash']);
    expect(await run([command, ...rest, ...work])).toMatchObject({ exitCode: 0 });
    expect(holders(other)).toEqual(command === 'logout' ? [] : ['.megallm/profiles/work/credentials']);
    expect(holders(key)).toEqual(['.megallm/profiles/default/credentials']);
    const { stdout } = await run(['doctor', '--json', '--offline', '--profile', 'default']);
    const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string; next?: string[] }[] };
    expect(checks.find(({ id }) => id.startsWith('location:zsh:'))).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('is not here any more'),
    });
  },
);

it('keeps the file for another shell of the same profile', async () => {
  const { home, other, run, work } = await twoProfiles(['--to', 'zsh'], ['--to', 'bash', '--to', 'zsh']);
  expect(await run(['env', 'remove', '--to', 'bash', ...work])).toMatchObject({ exitCode: 0 });
  expect(home.read('.megallm/env.sh').toString()).toContain(other);
});

it('takes its block out where the other profile’s key has come into the file since', async () => {
  const { home, holders, key, run, work } = await twoProfiles(['--to', 'zsh'], ['--to', 'bash']);
  await run(['env', 'write', '--to', 'zsh']);
  expect(await run(['logout', ...work])).toMatchObject({ exitCode: 0 });
  expect(home.read('.bashrc').toString()).toBe('# mine\n');
  expect(holders(key)).toContain('.megallm/env.sh');
  await run(['logout']);
  expect([...home.snapshot().keys()]).not.toContain(join('.megallm', 'env.sh'));
});

it('leaves an inline block with the other profile’s key', async () => {
  const { holders, key, run, work } = await twoProfiles(['--to', 'zsh'], ['--to', 'bash']);
  await run(['env', 'write', '--to', 'bash', '--inline']);
  expect(await run(['logout', ...work])).toMatchObject({ exitCode: 0 });
  expect(holders(key)).toContain('.bashrc');
});
