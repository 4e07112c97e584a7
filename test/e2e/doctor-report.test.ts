import { expect, it } from 'vitest';
import { freshHome } from '../support/signed-in-home.ts';

/** What would tell who somebody is, or open a door. */
const canaries = {
  user: 'wilhelmina',
  profile: 'zoetermeer',
  password: 'hunter2hunter2',
  stray: 'sk-ant-0123456789abcdef',
  host: 'wilhelminas-laptop',
};

it.each([
  ['text', []],
  ['JSON', ['--json']],
])('as %s holds what helps, and nothing that tells who it is', async (_, flags) => {
  const { home, run, sandbox } = await freshHome();
  const { key } = sandbox.issueKey();
  const options = {
    env: {
      USER: canaries.user,
      LOGNAME: canaries.user,
      HOSTNAME: canaries.host,
      MEGALLM_PROFILE: canaries.profile,
      ANTHROPIC_API_KEY: canaries.stray,
      FTP_PROXY: `http://me:${canaries.password}@proxy.example:3128`,
    },
  };
  await run(['login', '--with-key', '--insecure-storage'], { ...options, stdin: key });
  await run(['env', 'write', '--to', 'dotenv', '--file', `${canaries.user}/.env`], options);
  const { stdout, stderr } = await run(['doctor', '--report', ...flags], options);
  expect(stderr).toBe('');
  for (const secret of [key, home.path, 'dev@example.com', 'Acme', ...Object.values(canaries)]) {
    expect(stdout).not.toContain(secret);
  }
  expect(stdout).toContain(process.versions.node);
  expect(stdout).toMatch(/ANTHROPIC_API_KEY\W+set/);
  expect(stdout).toContain('~/');
  if (flags.length > 0) {
    expect(JSON.parse(stdout)).toMatchObject({
      storage: 'file',
      checks: expect.arrayContaining([expect.objectContaining({ id: 'bearer', status: 'pass' })]),
    });
  }
});

it('holds no organisation that the service names, where only the environment has a key', async () => {
  const { run, sandbox } = await freshHome();
  const env = { MEGALLM_API_KEY: sandbox.issueKey().key };
  const { stdout } = await run(['doctor', '--report'], { env });
  expect(stdout).toMatch(/Organisation +ORGANISATION/);
  expect(stdout).not.toContain('Acme');
});
