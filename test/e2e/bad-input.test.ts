import { describe, expect, it } from 'vitest';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';

const good = `sk-mega-${'0123456789abcdef'.repeat(4)}`;

it.each([
  ['nothing', ''],
  ['another key', 'sk-proj-0123456789abcdef0123456789'],
  ['quotes', `sk-mega-0123456789'abcdef0123`],
  ['two lines', `${good}\n${good}\n`],
  ['a NUL', `${good}\0`],
  ['far too much', 'x'.repeat(200_000)],
])('login refuses %s, says so, and changes nothing', async (_, stdin) => {
  const { home, run, sandbox } = await freshHome();
  const before = home.snapshot();
  const outcome = await run(['login', '--with-key', '--insecure-storage'], { stdin });
  expect(outcome).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(/^✗ .*\n {2}→ /) });
  expect(outcome.stderr).not.toContain('0123456789');
  expect(sandbox.requests).toEqual([]);
  expect(home.snapshot()).toEqual(before);
});

it.each<[readonly string[], number, RegExp]>([
  [['env', 'write'], 2, /--to/],
  [['env', 'write', '--to', 'dotnev'], 2, /dotnev.*\n.*dotenv/],
  [['env', 'write', '--to', '__proto__'], 2, /__proto__/],
  [['env', 'write', '--to', 'windows'], 2, /Only Windows/],
  [['env', 'print', '--format', 'nope'], 2, /nope/],
  [['env', 'wirte'], 2, /Did you mean write/],
  [['--frobnicate'], 2, /frobnicate/],
  [['whoami', '--profile', '../x'], 2, /profile/],
  [['whoami', '--profile', 'a/b'], 2, /profile/],
  [['whoami', '--profile', ''], 2, /profile/],
  [['undo', 'x'], 2, /undo --list/],
  [['logout', '--keep-key', '--revoke'], 2, /--keep-key/],
  [['env', 'write', '--to', 'dotenv', '--file', 'no/such/'], 1, /no\/such/],
])('%j ends with %i and names the matter', async (args, exitCode, text) => {
  const { home, key, run } = await signedInHome();
  const before = home.snapshot();
  const outcome = await run(args);
  expect(outcome).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(text) });
  const json = await run([...args, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    error: { code: expect.any(String), hint: expect.any(String) },
  });
  expect(json.stdout + outcome.stderr).not.toContain(key);
  expect(home.snapshot()).toEqual(before);
});

it.each([
  [{ MEGALLM_BASE_URL: 'http://example.com' }, 2],
  [{ MEGALLM_BASE_URL: 'https://user:hunter2@example.com' }, 2],
  [{ MEGALLM_BASE_URL: 'nonsense' }, 2],
  [{ MEGALLM_BASE_URL: 'https://example.invalid' }, 7],
  [{ MEGALLM_WEB_URL: 'https://example.invalid' }, 7],
  [{ MEGALLM_API_KEY: 'hunter2' }, 3],
  [{ MEGALLM_PROFILE: '../x' }, 2],
  [{ MEGALLM_PROFILE: 'nobody' }, 3],
])('whoami with %j ends with %i, and nothing is sent', async (env, exitCode) => {
  const { run, sandbox } = await signedInHome();
  const before = sandbox.requests.length;
  const outcome = await run(['whoami'], { env });
  expect(outcome).toMatchObject({ exitCode, stdout: '' });
  expect(outcome.stderr).not.toContain('hunter2');
  expect(sandbox.requests).toHaveLength(before);
});

describe.each(['config.json', 'profiles/default/profile.json'])('a broken %s', (file) => {
  it.each(['{"a": sk-mega-secretsecretsecret', '[]', '', '{"version":2,"current_profile":"x/y"}'])(
    '(%j) is named, and left alone',
    async (content) => {
      const { home, run } = await signedInHome();
      home.write(`.megallm/${file}`, content, 0o600);
      const before = home.snapshot();
      for (const args of [['key', 'print'], ['env', 'write', '--to', 'dotenv'], ['status']]) {
        const outcome = await run(args);
        expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(file) });
        expect(outcome.stderr).not.toContain('secretsecret');
      }
      expect(home.snapshot()).toEqual(before);
    },
  );
});
