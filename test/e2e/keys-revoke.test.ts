import { expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

async function withOthers() {
  const situation = await signedInHome();
  const { sandbox } = situation;
  return {
    ...situation,
    ci: sandbox.issueKey({ name: 'ci', org: 'org_globex' }),
    twins: [sandbox.issueKey({ name: 'twin' }), sandbox.issueKey({ name: 'twin' })] as const,
    names: () => sandbox.liveKeys().map(({ name }) => name),
  };
}

it('revokes by name or by id', async () => {
  const { ci, names, run, twins } = await withOthers();
  const byName = await run(['keys', 'revoke', 'ci', '--yes', '--json']);
  expect(byName).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(byName.stdout)).toEqual({
    profile: 'default',
    id: ci.id,
    name: 'ci',
    active: false,
    revoked: true,
  });
  const byId = await run(['keys', 'revoke', twins[1].id, '--yes']);
  expect(byId).toMatchObject({ exitCode: 0, stdout: '', stderr: expect.stringContaining(twins[1].id) });
  expect(names()).toEqual(['Sandbox key', 'twin']);
});

it.each([
  ['twin', ['--yes'], 2, 'megallm keys revoke key_'],
  ['nobody', ['--yes'], 2, 'no key with the id or the name'],
  ['c', ['--yes'], 2, 'no key with the id or the name'],
  ['CI', ['--yes'], 2, 'no key with the id or the name'],
  ['key_', ['--yes'], 2, 'no key with the id or the name'],
  ['', ['--yes'], 2, 'no key with the id or the name'],
  ['ci', [], 2, 'Add --yes'],
  ['ci', ['--dry-run'], 0, 'Would revoke'],
  ['Sandbox key', ['--yes'], 7, '--force'],
])('revokes none for %j %j', async (which, flags, exitCode, text) => {
  const { names, run } = await withOthers();
  const before = names();
  const outcome = await run(['keys', 'revoke', which, ...flags]);
  expect(outcome).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(text) });
  expect(names()).toEqual(before);
});

it('revokes a key that is in use with --force alone, and says what that means', async () => {
  const { names, run } = await withOthers();
  const outcome = await run(['keys', 'revoke', 'Sandbox key', '--force', '--yes']);
  expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('megallm login') });
  expect(names()).toEqual(['ci', 'twin', 'twin']);
  expect(await run(['whoami'])).toMatchObject({ exitCode: 4 });
});

it("refuses the key that the profile keeps, while the environment's is the active one", async () => {
  const { names, run, sandbox } = await withOthers();
  const env = { MEGALLM_API_KEY: sandbox.issueKey({ name: 'shell' }).key };
  const before = names();
  for (const name of ['shell', 'Sandbox key'])
    expect(await run(['keys', 'revoke', name, '--yes'], { env })).toMatchObject({ exitCode: 7 });
  expect(names()).toEqual(before);
});

it('passes on what the service says', async () => {
  const { run, sandbox } = await withOthers();
  sandbox.setFault('server-error', ({ method }) => method === 'DELETE');
  expect(await run(['keys', 'revoke', 'ci', '--yes'])).toMatchObject({ exitCode: 5 });
  const env = { MEGALLM_API_KEY: sandbox.issueKey({ scopes: ['api:use', 'keys:read'] }).key };
  sandbox.setFault(undefined);
  expect(await run(['keys', 'revoke', 'ci', '--yes'], { env })).toMatchObject({ exitCode: 4 });
});
