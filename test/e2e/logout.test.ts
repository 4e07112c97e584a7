import { expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

it('takes the key out of every place, also those that an earlier key was written to', async () => {
  const { home, run } = await signedInHome();
  home.write('.bashrc', '# mine\n');
  const before = [...home.snapshot().keys()].filter((path) => !path.startsWith('.megallm'));
  await run(['env', 'write', '--to', 'bash', '--to', 'zsh', '--to', 'dotenv']);
  expect(await run(['keys', 'create', '--activate', '--insecure-storage'])).toMatchObject({ exitCode: 0 });
  await run(['env', 'write', '--to', 'bash']);
  expect(await run(['logout'])).toMatchObject({ exitCode: 0 });
  expect([...home.snapshot().keys()].filter((path) => !path.startsWith('.megallm'))).toEqual(before);
  expect(home.read('.bashrc').toString()).toBe('# mine\n');
  for (const [path, entry] of home.snapshot()) {
    if (entry.type === 'file') expect(home.read(path).includes('sk-mega-'), path).toBe(false);
  }
  expect(home.snapshot().has('.megallm/journal/1.json')).toBe(false);
});

it('leaves the key of another profile where it is', async () => {
  const { home, run, sandbox } = await signedInHome();
  const other = sandbox.issueKey().key;
  await run(['env', 'write', '--to', 'bash', '--to', 'dotenv']);
  await run(['login', '--with-key', '--insecure-storage', '--profile', 'work'], { stdin: other });
  await run(['env', 'write', '--to', 'bash', '--to', 'dotenv', '--profile', 'work']);
  expect(await run(['logout', '--profile', 'default'])).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString()).toContain(other);
  expect(home.read('.megallm/env.sh').toString()).toContain(other);
  expect(await run(['logout', '--profile', 'work'])).toMatchObject({ exitCode: 0 });
  expect([...home.snapshot().keys()].filter((path) => /\.env|env\.sh|\.profile$/.test(path))).toEqual([]);
});

it('revokes what megallm made, and what was pasted only when told to', async () => {
  const { key, run, sandbox } = await signedInHome();
  await run(['logout']);
  const alive = () => sandbox.liveKeys().map((issued) => issued.key);
  expect(alive()).toContain(key);
  await run(['login', '--with-key', '--insecure-storage'], { stdin: key });
  await run(['keys', 'create', '--activate', '--insecure-storage']);
  const made = (await run(['key', 'print'])).stdout.trim();
  expect(await run(['logout', '--keep-key'])).toMatchObject({ exitCode: 0 });
  expect(alive()).toContain(made);
  await run(['login', '--with-key', '--insecure-storage'], { stdin: made });
  expect(await run(['logout', '--revoke'])).toMatchObject({ exitCode: 0 });
  expect(alive()).not.toContain(made);
});

it('removes nothing when the key cannot be revoked', async () => {
  const { home, run, sandbox } = await signedInHome();
  await run(['env', 'write', '--to', 'dotenv']);
  const before = home.snapshot();
  sandbox.setFault('server-error');
  expect(await run(['logout', '--revoke'])).toMatchObject({
    exitCode: 5,
    stderr: expect.stringContaining('--keep-key'),
  });
  expect(home.snapshot()).toEqual(before);
});
