import { expect, it } from 'vitest';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';

/** Signed in to Acme; the key is in `.env` and in bash. */
async function atAcme() {
  const situation = await signedInHome();
  const { home, run, sandbox } = situation;
  await run(['env', 'write', '--to', 'dotenv', '--to', 'bash']);
  const read = (path: string) => home.read(path).toString();
  const record = () => JSON.parse(read('.megallm/profiles/default/profile.json'));
  const live = () => sandbox.liveKeys().map((issued) => issued.key);
  const active = async () => (await run(['key', 'print'])).stdout.trim();
  return { ...situation, read, record, live, active };
}

it('orgs and models list what the service lists', async () => {
  const { run } = await signedInHome();
  const orgs = await run(['orgs', '--json']);
  expect(JSON.parse(orgs.stdout)).toEqual({
    profile: 'default',
    organisations: [
      { id: 'org_acme', name: 'Acme', role: 'owner', current: true, storedKey: true },
      { id: 'org_globex', name: 'Globex', role: 'member', current: false, storedKey: false },
    ],
  });
  expect((await run(['orgs'])).stdout).toMatch(/^✓ Acme +org_acme +owner +in use$/m);
  const models = await run(['models']);
  expect(models).toMatchObject({ exitCode: 0, stderr: '8 models\n' });
  expect(models.stdout).toMatch(/^gpt-4 +openai$/m);
  expect(JSON.parse((await run(['models', '--json'])).stdout).models).toHaveLength(8);
});

it.each([['orgs'], ['models'], ['keys', 'list'], ['switch-org', 'org_globex']])(
  'without a key, %s %s ends with 3',
  async (...command) => {
    const { run } = await signedInHome();
    await run(['logout']);
    expect(await run(command.filter(Boolean))).toMatchObject({ exitCode: 3, stdout: '' });
  },
);

it('switch-org makes a key on a yes, keeps the other one, and comes back to it without making any', async () => {
  const { active, key, live, read, record, run, sandbox } = await atAcme();
  const switched = await run(['switch-org', 'org_globex', '--yes', '--json']);
  expect(switched).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(switched.stdout)).toMatchObject({
    organisation: { id: 'org_globex', name: 'Globex' },
    previous: { id: 'org_acme' },
    made: true,
    to: [{ backend: 'dotenv' }, { backend: 'bash' }],
  });
  const globex = sandbox.liveKeys().find(({ org }) => org === 'org_globex')?.key ?? '';
  expect(await active()).toBe(globex);
  expect(read('.megallm/profiles/default/credentials@org_acme')).toBe(`${key}\n`);
  expect(record()).toMatchObject({
    organisation: { id: 'org_globex' },
    key: { origin: 'obtained' },
    organisationKeys: [{ organisation: { id: 'org_acme', name: 'Acme' }, origin: 'pasted', storage: 'file' }],
  });
  for (const path of ['.env', '.megallm/env.sh']) {
    expect(read(path)).toContain(globex);
    expect(read(path)).not.toContain(key);
  }
  // An open shell still has the other organisation's key: it is known, and the stored one counts.
  const env = { MEGALLM_API_KEY: key };
  expect((await run(['key', 'print'], { env })).stdout.trim()).toBe(globex);
  const before = live();
  const back = await run(['switch-org', 'org_acme']);
  expect(back).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Acme (before: Globex)') });
  expect([await active(), live()]).toEqual([key, before]);
  expect(read('.env')).toContain(key);
  expect(read('.megallm/profiles/default/credentials@org_globex')).toBe(`${globex}\n`);
  expect(record().organisationKeys).toHaveLength(1);
  expect(await run(['doctor'])).toMatchObject({ exitCode: 0 });
});

it('undo takes a switch back; not one whose key would be lost with it', async () => {
  const { active, home, key, run } = await atAcme();
  await run(['switch-org', 'org_globex', '--yes']);
  const globex = await active();
  const atGlobex = home.snapshot();
  expect(await run(['undo'])).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('only copy') });
  expect(home.snapshot()).toEqual(atGlobex);
  await run(['switch-org', 'org_acme']);
  expect(await active()).toBe(key);
  expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
  expect(await active()).toBe(globex);
  expect(home.snapshot()).toEqual(atGlobex);
});

it('logout takes the keys of all organisations, and revokes those that megallm made', async () => {
  const { home, key, live, run } = await atAcme();
  await run(['switch-org', 'org_globex', '--yes']);
  await run(['switch-org', 'org_acme']);
  const outcome = await run(['logout']);
  expect(outcome).toMatchObject({ exitCode: 0 });
  expect(outcome.stderr.match(/Key revoked|Key not revoked/g)).toEqual(['Key not revoked', 'Key revoked']);
  expect(live()).toEqual([key]);
  for (const [path, entry] of home.snapshot()) {
    if (entry.type === 'file') expect(home.read(path).includes('sk-mega-'), path).toBe(false);
  }
});

it('a kept key that the service refuses by now gives way to a new one', async () => {
  const { active, key, run, sandbox } = await atAcme();
  await run(['switch-org', 'org_globex', '--yes']);
  sandbox.revokeKey(key);
  const asked = await run(['switch-org', 'org_acme']);
  expect(asked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('refuses the key') });
  expect(await run(['switch-org', 'org_acme', '--yes'])).toMatchObject({ exitCode: 0 });
  expect(sandbox.liveKeys()).toContainEqual(
    expect.objectContaining({ key: await active(), org: 'org_acme' }),
  );
});

it.each([
  [[], 2, 'megallm switch-org ID'],
  [['--yes'], 2, 'megallm switch-org ID'],
  [['org_globex'], 2, '--yes'],
  [['Globex', '--yes'], 2, 'megallm switch-org org_globex'],
  [['../../x', '--yes'], 2, 'in no organisation'],
  [['org_acme'], 0, 'already'],
])('switch-org %j changes nothing', async (args, exitCode, text) => {
  const { home, live, run } = await atAcme();
  const before = [home.snapshot(), live()];
  const outcome = await run(['switch-org', ...args]);
  expect(outcome).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(text) });
  expect([home.snapshot(), live()]).toEqual(before);
});

it('a dry run shows what a yes would do, and makes no key', async () => {
  const { home, live, run } = await atAcme();
  const before = [home.snapshot(), live()];
  const outcome = await run(['switch-org', 'org_globex', '--dry-run']);
  expect(outcome).toMatchObject({ exitCode: 0 });
  expect(outcome.stdout).toContain('+    1  MEGALLM_API_KEY=sk-mega-0000…0000');
  expect([home.snapshot(), live()]).toEqual(before);
});

it("keeps keys apart however odd an organisation's id is", async () => {
  const { active, home, key, run, sandbox } = await atAcme();
  const odd = '../../../org/ø%2F';
  sandbox.organisations = [...sandbox.organisations, { org_id: odd, org_name: 'Odd', role: 'owner' }];
  expect(await run(['switch-org', odd, '--yes'])).toMatchObject({ exitCode: 0 });
  const made = await active();
  expect(await run(['switch-org', 'org_acme'])).toMatchObject({ exitCode: 0 });
  const holding = [...home.snapshot()].flatMap(([path, { type }]) =>
    type === 'file' && home.read(path).includes(made) ? [path] : [],
  );
  expect(holding).toEqual([`.megallm/profiles/default/credentials@${encodeURIComponent(odd)}`]);
  expect(await active()).toBe(key);
  expect(await run(['switch-org', odd])).toMatchObject({ exitCode: 0 });
  expect(await active()).toBe(made);
});

it('a key that cannot make others leads to the dashboard, and nothing changes', async () => {
  const { run, sandbox, home } = await signedInHome();
  const { key } = sandbox.issueKey({ scopes: ['api:use', 'profile:read', 'keys:read'] });
  await run(['login', '--with-key', '--insecure-storage'], { stdin: key });
  const before = home.snapshot();
  const outcome = await run(['switch-org', 'org_globex', '--yes']);
  expect(outcome).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('megallm.io/dashboard') });
  expect(home.snapshot()).toEqual(before);
});

it('a listed key of which only sk-mega- is known does not decide whose organisation a key is of', async () => {
  const { home, run, sandbox } = await freshHome();
  // Globex is listed first, and the service tells no more of its key than what begins every key.
  const [acme, globex] = sandbox.organisations;
  if (acme === undefined || globex === undefined) throw new Error('The sandbox has two organisations.');
  const key = sandbox.issueKey({ org: acme.org_id }).key;
  sandbox.organisations = [globex, acme];
  const other = sandbox.issueKey({ org: globex.org_id });
  Object.assign(other, { prefix: 'sk-mega-' });
  await run(['login', '--with-key', '--insecure-storage'], { stdin: key });
  const record = JSON.parse(home.read('.megallm/profiles/default/profile.json').toString());
  expect(record.organisation).toEqual({ id: acme.org_id, name: acme.org_name });
});
