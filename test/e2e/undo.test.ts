import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

const write = ['env', 'write', '--to', 'dotenv', '--file'];

it('takes back an older change by its number, and leaves later ones', async () => {
  const { home, key, run } = await signedInHome();
  await run([...write, 'a.env']);
  await run([...write, 'b.env']);
  const { changes } = JSON.parse((await run(['undo', '--list', '--json'])).stdout);
  expect(changes.map(({ command }: { command: string }) => command)).toEqual([
    'env write',
    'env write',
    'login',
  ]);
  expect(await run(['undo', String(changes[1].id)])).toMatchObject({ exitCode: 0 });
  expect([...home.snapshot().keys()]).not.toContain('a.env');
  expect(home.read('b.env').toString()).toBe(`MEGALLM_API_KEY=${key}\n`);
  const { locations } = JSON.parse(home.read('.megallm/profiles/default/profile.json').toString());
  expect(locations).toMatchObject([{ path: join(home.path, 'b.env') }]);
});

it('refuses when the file was changed since, and touches nothing', async () => {
  const { home, run } = await signedInHome();
  await run([...write, 'a.env']);
  home.write('a.env', `${home.read('a.env')}MORE=1\n`);
  const before = home.snapshot();
  expect(await run(['undo'])).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('a.env') });
  expect(home.snapshot()).toEqual(before);
});

it('refuses to drop the only copy of a key', async () => {
  const { home, run } = await signedInHome();
  const before = home.snapshot();
  expect(await run(['undo'])).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('only copy') });
  expect(home.snapshot()).toEqual(before);
});

it('refuses to bring back a key that is stored nowhere any more', async () => {
  const { home, run, sandbox } = await signedInHome();
  const login = ['login', '--with-key', '--insecure-storage'];
  await run([...write, 'a.env']);
  await run(login, { stdin: sandbox.issueKey().key });
  await run([...write, 'a.env']);
  const before = home.snapshot();
  expect(await run(['undo'])).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('not stored') });
  expect(home.snapshot()).toEqual(before);
});

it('remembers the last 20 changes, in files of its own', async () => {
  const { home, run } = await signedInHome();
  for (let round = 0; round < 12; round += 1) {
    await run([...write, 'a.env']);
    await run(['env', 'remove']);
  }
  const entries = [...home.snapshot()].filter(([path]) => /^\.megallm\/journal\/\d+\.json$/.test(path));
  expect(entries).toHaveLength(20);
  for (const [path] of entries) expect(statSync(join(home.path, path)).mode & 0o777).toBe(0o600);
});

it('asks no keychain about profiles that the change is not about', async () => {
  const { home, run } = await signedInHome();
  const record = { version: 1, pastKeys: [], organisationKeys: [], locations: [], storage: 'keychain' };
  const key = { fingerprint: 'f'.repeat(64), origin: 'pasted' };
  home.write('.megallm/profiles/other/profile.json', JSON.stringify({ ...record, key }));
  await run([...write, 'a.env']);
  expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
  expect([...home.snapshot().keys()]).not.toContain('a.env');
});
