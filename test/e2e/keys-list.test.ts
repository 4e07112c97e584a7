import { expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();

it('lists the keys of every organisation, with the one in use, expiry in local time, and no secret', async () => {
  const { key, run, sandbox } = await signedInHome();
  sandbox.issueKey({ name: 'ci', org: 'org_globex', expiresAt: days(100) });
  const soon = sandbox.issueKey({ name: 'soon', expiresAt: days(13) });
  sandbox.issueKey({ name: 'old', expiresAt: days(-1) });
  sandbox.revokeKey(sandbox.issueKey({ name: 'revoked' }).key);
  const listed = await run(['keys', 'list'], { env: { TZ: 'Asia/Kathmandu' } });
  expect(listed).toMatchObject({ exitCode: 0, stderr: '4 keys, 1 expires within 14 days, 1 expired\n' });
  const line = (name: string) =>
    listed.stdout.split('\n').find((text) => text.slice(2).startsWith(`${name} `)) ?? '';
  expect(listed.stdout).toMatch(/^ {2}Name +Key + Expires + Id +Organisation +Created\n/);
  expect(line('Sandbox key')).toMatch(/^✓ .* never .* Acme/);
  expect(line('ci')).toMatch(/^ {2}ci .* Globex/);
  expect(line('soon')).toMatch(/! \d{4}-/);
  expect(line('old')).toContain('✗ ');
  // Kathmandu is 5:45 ahead.
  const there = new Date(Date.parse(soon.expiresAt ?? '') + 5.75 * 3_600_000).toISOString();
  expect(line('soon')).toContain(`! ${there.slice(0, 16).replace('T', ' ')} `);
  expect(listed.stdout).not.toContain(key.slice(0, 20));
  const { keys, complete } = JSON.parse((await run(['keys', 'list', '--json'])).stdout);
  expect(complete).toBe(true);
  expect(keys).toHaveLength(4);
  expect(keys.map((one: { expiry: string }) => one.expiry)).toEqual([null, 'soon', 'expired', 'later']);
  expect(keys[1]).toEqual({
    id: soon.id,
    name: 'soon',
    prefix: soon.prefix,
    org: 'org_acme',
    organisation: 'Acme',
    createdAt: soon.createdAt,
    expiresAt: soon.expiresAt,
    active: false,
    expiry: 'soon',
  });
  const globex = JSON.parse((await run(['keys', 'list', '--org', 'org_globex', '--json'])).stdout);
  expect(globex.keys.map((one: { name: string }) => one.name)).toEqual(['ci']);
});

it('follows 10,000 keys over their pages', async () => {
  const { run, sandbox } = await signedInHome();
  sandbox.addKeys(9_999);
  sandbox.keysPageSize = 500;
  const { stdout, exitCode } = await run(['keys', 'list']);
  expect(exitCode).toBe(0);
  expect(stdout.split('\n')).toHaveLength(10_002);
  expect(sandbox.requests.filter(({ path }) => path.includes('cursor='))).toHaveLength(19);
});

it.each(['keys', 'bare'] as const)('reads lists of the form %s', async (shape) => {
  const { run, sandbox } = await signedInHome();
  sandbox.keyListShape = shape;
  expect(JSON.parse((await run(['keys', 'list', '--json'])).stdout).keys).toMatchObject([{ active: true }]);
});

it.each([
  [['api:use'], 4],
  [['api:use', 'keys:read'], 0],
])('with the rights %j ends with %i', async (scopes, exitCode) => {
  const { run, sandbox } = await signedInHome();
  const env = { MEGALLM_API_KEY: sandbox.issueKey({ scopes }).key };
  expect(await run(['keys', 'list'], { env })).toMatchObject({ exitCode });
});

it('a service that cannot be reached is asked once', async () => {
  const { run, sandbox } = await signedInHome();
  sandbox.setFault('reset', '/api/oauth/orgs');
  const before = sandbox.requests.length;
  expect(await run(['keys', 'list'])).toMatchObject({ exitCode: 5, stdout: '' });
  expect(sandbox.requests.slice(before).filter(({ path }) => path.startsWith('/api/v1/keys'))).toEqual([]);
});

it('what the service calls things cannot drive the terminal', async () => {
  const { run, sandbox } = await signedInHome();
  sandbox.issueKey({ name: '\u001b[31mred\u001b[0m\u0007 \u202Eevil' });
  const { stdout } = await run(['keys', 'list']);
  expect(stdout).toContain('  red evil');
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202E]/);
});
