import { expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

it('the environment’s key wins over the stored one, unless a profile was asked for', async () => {
  const { key, run, sandbox } = await signedInHome();
  const env = { MEGALLM_API_KEY: sandbox.issueKey().key };
  const printed = async (args: readonly string[], more = {}) =>
    (await run(['key', 'print', ...args], { env: { ...env, ...more } })).stdout.trim();
  expect(await printed([])).toBe(env.MEGALLM_API_KEY);
  expect(await printed(['--profile', 'default'])).toBe(key);
  expect(await printed(['--profile', 'default'], { MEGALLM_API_KEY: 'nonsense' })).toBe(key);
  expect(await printed([], { MEGALLM_PROFILE: 'default' })).toBe(key);
});

it('an open shell’s old key does not come back after a new login', async () => {
  const { key, run, sandbox } = await signedInHome();
  const fresh = sandbox.issueKey().key;
  await run(['login', '--with-key', '--insecure-storage'], { stdin: fresh });
  const env = { MEGALLM_API_KEY: key };
  expect((await run(['key', 'print'], { env })).stdout.trim()).toBe(fresh);
  const doctor = await run(['doctor'], { env });
  expect(doctor.stdout).toContain('this shell still has');
});

it('with none stored, the environment’s key is used', async () => {
  const { key, run } = await signedInHome();
  await run(['logout']);
  expect((await run(['key', 'print'])).exitCode).toBe(3);
  expect((await run(['key', 'print'], { env: { MEGALLM_API_KEY: key } })).stdout.trim()).toBe(key);
});

it('another profile’s key in the environment does not stand in for a profile that was asked for', async () => {
  const { key, run } = await signedInHome();
  const outcome = await run(['key', 'print', '--profile', 'work'], { env: { MEGALLM_API_KEY: key } });
  expect(outcome).toMatchObject({ exitCode: 3, stdout: '' });
});

it('a stored key goes to another address only with --trust', async () => {
  const { key, run, sandbox } = await signedInHome();
  const env = { MEGALLM_WEB_URL: sandbox.otherOriginUrl };
  expect(await run(['whoami'], { env })).toMatchObject({
    exitCode: 7,
    stderr: expect.stringContaining('--trust'),
  });
  expect(sandbox.otherOriginRequests).toEqual([]);
  await run(['whoami', '--trust'], { env });
  expect(sandbox.otherOriginRequests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${key}`]);
  const same = { MEGALLM_BASE_URL: `${sandbox.url}/v1/` };
  expect(await run(['whoami'], { env: same })).toMatchObject({ exitCode: 0 });
});
