import { lstatSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith, requirements } from '../support/requirements.ts';
import { startSecretService } from '../support/secret-service.ts';
import { freshHome } from '../support/signed-in-home.ts';

const authFile = '.megallm/profiles/default/auth.json';
const bashrc = '# mine\nalias l=ls\n';

/** The files as megallm 3.1.0 left them, in its own form. */
async function homeOfVersion3() {
  const situation = await freshHome();
  const { home, sandbox, key } = situation;
  const other = sandbox.issueKey().key;
  const work = sandbox.issueKey().key;
  const auth = (apiKey: string, keysByOrg: object) => ({
    version: 1,
    savedAt: '2026-03-01T09:00:00.000Z',
    apiKey,
    keyPrefix: apiKey.slice(0, 16),
    scopes: ['api:use', 'profile:read', 'keys:read', 'keys:manage'],
    user: { sub: 'u1', email: 'dev@example.com', name: 'Dev', email_verified: true },
    orgId: 'org_acme',
    orgName: 'Acme',
    clientId: 'mega_pub_cea180dfca',
    keysByOrg,
  });
  const entry = (api_key: string, org_name: string) => ({ api_key, api_key_id: 'k1', org_name });
  const keysByOrg = { org_acme: entry(key, 'Acme'), 'org/two': entry(other, 'Two') };
  home.write(authFile, `${JSON.stringify(auth(key, keysByOrg), null, 2)}\n`, 0o600);
  home.write('.megallm/profiles/default/state.json', '{"current_org_id":"org_acme"}\n');
  home.write('.megallm/profiles/work/auth.json', `${JSON.stringify(auth(work, {}), null, 2)}\n`, 0o600);
  home.write('.megallm/config.json', '{\n  "current_profile": "default"\n}\n');
  const exports = `export ANTHROPIC_BASE_URL="https://ai.megallm.io"\nexport ANTHROPIC_API_KEY="${key}"\nexport MEGALLM_API_KEY="${key}"\n`;
  home.write('.bashrc', `${bashrc}\n# MegaLLM Configuration\n${exports}export MINE="1"\n`);
  home.write('.zshrc', `cat <<X\n# MegaLLM Configuration\n${exports}X\n`);
  home.write('.config/fish/config.fish', `# MegaLLM Configuration\n${exports}`);
  return { ...situation, other, work };
}

it('is found by status, doctor and login, and moved by none of them unasked', async () => {
  const { home, run } = await homeOfVersion3();
  const before = home.snapshot();
  const status = await run(['status']);
  expect(status.stdout).toContain(`~/${authFile}`);
  expect(status.stdout).toContain('~/.bashrc:4');
  expect(status.stdout).not.toContain('.zshrc');
  const { checks } = JSON.parse((await run(['doctor', '--offline', '--json'])).stdout) as {
    checks: { id: string; status: string; next: string[] }[];
  };
  expect(checks.find(({ id }) => id === 'megallm-3')).toMatchObject({
    status: 'warn',
    next: expect.arrayContaining(['megallm login --yes']),
  });
  const login = await run(['login'], { env: { CI: '1' } });
  expect(login).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('megallm login --yes') });
  expect(await run(['login', '--yes'])).toMatchObject({
    exitCode: 7,
    stderr: expect.stringContaining('--insecure-storage'),
  });
  expect(await run(['login', '--dry-run', '--insecure-storage'])).toMatchObject({ exitCode: 0 });
  expect(home.snapshot()).toEqual(before);
});

it('moves on a yes: keys of every profile and organisation, and its lines, and nothing else', async () => {
  const { home, key, other, run, work } = await homeOfVersion3();
  const before = home.snapshot();
  const outcome = await run(['login', '--yes', '--insecure-storage', '--trust']);
  expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Key verified') });
  expect(outcome.stderr).toContain('megallm env write --to bash');
  expect(outcome.stderr + outcome.stdout).not.toContain(key);
  expect(home.read('.bashrc').toString()).toBe(`${bashrc}export MINE="1"\n`);
  expect(home.snapshot().get('.zshrc')).toEqual(before.get('.zshrc'));
  for (const gone of [
    authFile,
    '.megallm/profiles/work/auth.json',
    '.megallm/profiles/default/state.json',
    '.config/fish/config.fish',
  ])
    expect(home.snapshot().has(gone), gone).toBe(false);
  expect(await run(['key', 'print', '--trust'])).toMatchObject({ stdout: `${key}\n` });
  expect(await run(['key', 'print', '--profile', 'work', '--trust'])).toMatchObject({ stdout: `${work}\n` });
  expect(home.read('.megallm/profiles/default/credentials@org%2Ftwo').toString()).toBe(`${other}\n`);
  const record = JSON.parse(home.read('.megallm/profiles/default/profile.json').toString());
  expect(record).toMatchObject({
    key: { origin: 'obtained' },
    gateway: 'https://ai.megallm.io',
    web: 'https://megallm.io',
    organisation: { id: 'org_acme', name: 'Acme' },
    organisationKeys: [{ organisation: { id: 'org/two', name: 'Two' }, origin: 'obtained' }],
  });
  expect((await run(['status'])).stdout).not.toContain('3.1.0');
  expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
  for (const [path, entry] of before) expect(home.snapshot().get(path), path).toEqual(entry);
});

it('replaces no newer key, and drops no key that is kept nowhere else', async () => {
  const { home, run, sandbox } = await homeOfVersion3();
  const newer = sandbox.issueKey().key;
  expect(await run(['login', '--with-key', '--insecure-storage'], { stdin: newer })).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('3.1.0'),
  });
  const kept = ['.bashrc', authFile].map((path) => home.read(path).toString());
  const outcome = await run(['login', '--yes', '--insecure-storage'], { env: { CI: '1' } });
  expect(outcome.stderr).toContain('has another key by now');
  expect(['.bashrc', authFile].map((path) => home.read(path).toString())).toEqual(kept);
  expect(await run(['key', 'print'])).toMatchObject({ stdout: `${newer}\n` });
  expect(home.snapshot().has('.megallm/profiles/work/auth.json')).toBe(false);
});

it.each([
  ['no JSON', '{"apiKey": "sk-mega-'],
  ['a list', '["sk-mega-00000000000000000000"]'],
  ['a key with spaces', '{"apiKey": "sk-mega-0000 0000 0000 0000"}'],
  ['a key of another type', '{"apiKey": 7}'],
  ['keysByOrg of another type', '{"apiKey": "sk-mega-000000000000000000", "keysByOrg": [1]}'],
  ['an organisation without a key', '{"apiKey": "sk-mega-000000000000000000", "keysByOrg": {"a": null}}'],
  ['two megabytes', `{"apiKey": "sk-mega-000000000000000000", "x": "${'y'.repeat(2 ** 21)}"}`],
])('leaves an auth.json alone that is %s', async (_, content) => {
  const { home, run } = await freshHome();
  home.write(authFile, content);
  const before = home.snapshot();
  const status = await run(['status']);
  expect(status).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('is not as megallm 3.1.0') });
  expect(status.stdout).not.toContain('sk-mega-0');
  const login = await run(['login', '--yes', '--insecure-storage'], { env: { CI: '1' } });
  expect(login).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is not as megallm 3.1.0') });
  expect(home.snapshot()).toEqual(before);
});

it('follows no link, and goes with uninstall', async () => {
  const { home, key, run, sandbox } = await homeOfVersion3();
  home.write('elsewhere.json', home.read('.megallm/profiles/work/auth.json'));
  const link = join(home.path, '.megallm/profiles/linked/auth.json');
  home.write('.megallm/profiles/linked/x', '');
  symlinkSync(join(home.path, 'elsewhere.json'), link);
  expect((await run(['status'])).stdout).toContain('it is not a regular file');
  expect(await run(['uninstall', '--yes', '--trust'])).toMatchObject({ exitCode: 0 });
  expect(sandbox.liveKeys().map((issued) => issued.key)).not.toContain(key);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(home.snapshot().has(authFile)).toBe(false);
  expect(home.read('.bashrc').toString()).toBe(`${bashrc}export MINE="1"\n`);
});

describeWith(requirements.secretService, 'with a real Secret Service', () => {
  it('the keys go into the keychain', async () => {
    const service = await startSecretService();
    const { home, key, other, run, work } = await homeOfVersion3();
    const env = { DBUS_SESSION_BUS_ADDRESS: service.env.DBUS_SESSION_BUS_ADDRESS ?? '' };
    expect(await run(['login', '--yes', '--trust'], { env })).toMatchObject({ exitCode: 0 });
    expect(service.accounts().sort()).toEqual(['default', 'default@org%2Ftwo', 'work']);
    for (const [path, entry] of home.snapshot()) {
      if (entry.type !== 'file' || path === '.zshrc') continue;
      for (const each of [key, other, work]) expect(home.read(path).includes(each), path).toBe(false);
    }
  });
});
