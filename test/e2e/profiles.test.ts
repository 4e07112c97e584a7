import { expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

async function twoProfiles() {
  const situation = await signedInHome();
  const { run, sandbox } = situation;
  const work = sandbox.issueKey({ name: 'work', org: 'org_globex' }).key;
  await run(['login', '--with-key', '--insecure-storage', '--profile', 'work'], { stdin: work });
  const live = () => sandbox.liveKeys().map((issued) => issued.key);
  const names = async () =>
    JSON.parse((await run(['profile', 'list', '--json'])).stdout).profiles.map(
      ({ name }: { name: string }) => name,
    );
  return { ...situation, work, live, names };
}

it('profile list shows each with its organisation, and the current one', async () => {
  const { home, run } = await twoProfiles();
  expect(await run(['profile', 'list'])).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout: [
      '  Profile  Organisation  Key         Places',
      '✓ default  Acme          plain text  0',
      '  work     Globex        plain text  0',
      '',
    ].join('\n'),
  });
  home.write('.megallm/profiles/broken/profile.json', '{', 0o600);
  const { current, profiles } = JSON.parse((await run(['profile', 'list', '--json'])).stdout);
  expect(current).toBe('default');
  expect(profiles).toEqual([
    expect.objectContaining({ name: 'broken', readable: false }),
    {
      name: 'default',
      current: true,
      readable: true,
      organisation: { id: 'org_acme', name: 'Acme' },
      storage: 'file',
      otherOrganisations: [],
      locations: 0,
    },
    expect.objectContaining({ name: 'work', current: false }),
  ]);
});

it('bears 1,000 profiles', async () => {
  const { home, names, run, work } = await twoProfiles();
  const record = home.read('.megallm/profiles/work/profile.json');
  for (let number = 0; number < 998; number += 1)
    home.write(`.megallm/profiles/p${number}/profile.json`, record, 0o600);
  expect(await names()).toHaveLength(1000);
  expect(await run(['profile', 'use', 'work'])).toMatchObject({ exitCode: 0 });
  expect((await run(['key', 'print'])).stdout.trim()).toBe(work);
  const unknown = await run(['profile', 'use', 'p998']);
  expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('and 990 more') });
});

it('profile rm takes the key, its places and the record away, and nothing of another profile', async () => {
  const { home, key, live, names, run, work } = await twoProfiles();
  await run(['env', 'write', '--to', 'dotenv']);
  const before = home.snapshot();
  await run(['env', 'write', '--to', 'dotenv', '--file', 'work.env', '--profile', 'work']);
  const outcome = await run(['profile', 'rm', 'work', '--yes']);
  expect(outcome).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: expect.stringContaining('Key not revoked'),
  });
  expect(await names()).toEqual(['default']);
  const after = [...home.snapshot().keys()];
  const mine = [...before.keys()].filter(
    (path) => !path.includes('profiles/work') && !path.includes('journal'),
  );
  expect(after.filter((path) => !path.includes('journal'))).toEqual(mine);
  expect(live()).toEqual([key, work]);
  const again = await run(['profile', 'rm', 'work', '--yes']);
  expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no profile work') });
});

it.each([
  [['--revoke'], false],
  [['--keep-key'], true],
  [[], true],
])('profile rm with %j: the pasted key is alive: %s', async (flags, alive) => {
  const { live, run, work } = await twoProfiles();
  expect(await run(['profile', 'rm', 'work', '--yes', ...flags])).toMatchObject({ exitCode: 0 });
  expect(live().includes(work)).toBe(alive);
});

it('a key that megallm made is revoked with its profile, unless another profile holds it', async () => {
  const { live, run } = await twoProfiles();
  await run(['keys', 'create', '--activate', '--insecure-storage', '--profile', 'work']);
  const made = (await run(['key', 'print', '--profile', 'work'])).stdout.trim();
  await run(['login', '--with-key', '--insecure-storage', '--profile', 'twin'], { stdin: made });
  await run(['profile', 'rm', 'work', '--yes']);
  expect(live()).toContain(made);
  await run(['keys', 'create', '--activate', '--insecure-storage', '--profile', 'twin', '--yes']);
  const own = (await run(['key', 'print', '--profile', 'twin'])).stdout.trim();
  expect(await run(['profile', 'rm', 'twin', '--yes'])).toMatchObject({ exitCode: 0 });
  expect(live()).not.toContain(own);
});

it.each([
  [['work'], 2, 'Add --yes'],
  [['default', '--yes'], 7, 'megallm profile use work'],
  [['nobody', '--yes'], 2, 'no profile nobody'],
  [['work', '--yes', '--keep-key', '--revoke'], 2, 'opposite'],
  [['work', '--profile', 'default', '--yes'], 2, 'by --profile'],
  [['work', '--dry-run'], 0, 'Would remove profile'],
])('profile rm %j changes nothing', async (args, exitCode, text) => {
  const { home, live, run } = await twoProfiles();
  const before = [home.snapshot(), live()];
  expect(await run(['profile', 'rm', ...args])).toMatchObject({
    exitCode,
    stderr: expect.stringContaining(text),
  });
  expect([home.snapshot(), live()]).toEqual(before);
});

it('the last profile may go, though it is the current one', async () => {
  const { home, names, run } = await twoProfiles();
  home.write('.megallm/config.json', '{"theme":"dark"}', 0o600);
  await run(['profile', 'use', 'work']);
  expect(await run(['profile', 'rm', 'default', '--yes'])).toMatchObject({ exitCode: 0 });
  expect(await run(['profile', 'rm', 'work', '--yes'])).toMatchObject({ exitCode: 0 });
  expect(await names()).toEqual([]);
  expect(JSON.parse(home.read('.megallm/config.json').toString())).toEqual({ theme: 'dark' });
  expect(await run(['status'])).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('default') });
});

it('removes nothing when a key cannot be revoked', async () => {
  const { home, run, sandbox } = await twoProfiles();
  const before = home.snapshot();
  sandbox.setFault('server-error');
  const outcome = await run(['profile', 'rm', 'work', '--revoke', '--yes']);
  expect(outcome).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('--keep-key') });
  expect(home.snapshot()).toEqual(before);
});
