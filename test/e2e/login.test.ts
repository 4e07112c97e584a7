import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { json } from '../sandbox/answers.ts';
import type { Sandbox } from '../sandbox/service.ts';
import { fakeBrowser } from '../support/fake-browser.ts';
import { startMegallm } from '../support/megallm.ts';
import { freshHome } from '../support/signed-in-home.ts';
import type { Home } from '../support/temporary-home.ts';

const credentials = '.megallm/profiles/default/credentials';

/** A signed-out home where nobody has a key yet, and device codes that are polled fast. */
async function signedOut() {
  const situation = await freshHome();
  const { sandbox, key, home, run } = situation;
  sandbox.revokeKey(key);
  sandbox.deviceInterval = 0.05;
  const login = (args: readonly string[] = [], env: Record<string, string> = {}) =>
    run(['login', '--insecure-storage', ...args], { env });
  return { home, sandbox, run, login };
}

function expectStored(home: Home, sandbox: Sandbox): string {
  const [made, ...others] = sandbox.liveKeys();
  expect(others).toEqual([]);
  expect(home.read(credentials).toString()).toBe(`${made?.key}\n`);
  expect(JSON.parse(home.read('.megallm/profiles/default/profile.json').toString())).toMatchObject({
    key: { origin: 'obtained' },
    organisation: { id: 'org_acme', name: 'Acme' },
  });
  return made?.key ?? '';
}

/** The one recovery file, private. */
function recovered(home: Home): string {
  const names = readdirSync(join(home.path, '.megallm')).filter((name) => name.startsWith('recovered'));
  expect(names).toHaveLength(1);
  expect(statSync(join(home.path, '.megallm', names[0] ?? '')).mode & 0o777).toBe(0o600);
  return home.read(`.megallm/${names[0]}`).toString().trim();
}

async function until(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 800; attempt += 1) {
    if (isSo()) return;
    await sleep(25);
  }
  throw new Error('It did not come about within 20 s.');
}

describe('with a browser', () => {
  it.each([[[]], [['--json']], [['--quiet']]])('%j ends with a stored, verified key', async (form) => {
    const { home, sandbox, login } = await signedOut();
    const browser = fakeBrowser();
    const outcome = await login(form, browser.env);
    expect(outcome).toMatchObject({ exitCode: 0 });
    const visit = await browser.visit();
    expect(outcome.stderr.split('\n')).toContain(`  → ${visit.opened}`);
    expect(visit).toMatchObject({ status: 200, body: expect.stringContaining('You are signed in') });
    const key = expectStored(home, sandbox);
    expect(outcome.stdout + outcome.stderr + JSON.stringify(visit)).not.toContain(key.slice(20));
    expect(sandbox.requests.map(({ path }) => path).join('\n')).not.toContain(key.slice(20));
    expect(sandbox.unknownRequests).toEqual([]);
    if (form.length === 0)
      expect(outcome.stderr).toMatch(/Signed in .*dev@example\.com · Acme[\s\S]*megallm env/);
    if (form[0] === '--json')
      expect(JSON.parse(outcome.stdout)).toMatchObject({ organisation: { name: 'Acme' } });
    else expect(outcome.stdout).toBe('');
  });

  it.each([
    ['wrong-state', 7, 'does not belong to this sign-in', 'does not belong'],
    ['deny', 3, 'You said no. <script>', 'You said no. &#60;script&#62;'],
    ['used-code', 1, 'no longer takes this code', 'no longer takes this code'],
  ] as const)('%s ends with %i, a clear error and page, and no key', async (mode, exitCode, said, shown) => {
    const { home, sandbox, login } = await signedOut();
    sandbox.authorizeMode = mode;
    const before = home.snapshot();
    const browser = fakeBrowser();
    const outcome = await login([], browser.env);
    expect(outcome).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(said) });
    expect(outcome.stderr).toMatch(/✗ .*\n {2}→ megallm login/);
    const { status, body } = await browser.visit();
    expect([status, body]).toEqual([400, expect.stringContaining(shown)]);
    expect(body).not.toContain('<script');
    expect(sandbox.liveKeys()).toEqual([]);
    expect(home.snapshot()).toEqual(before);
  });

  it('a key that cannot be verified is kept aside, and the page does not say that all is well', async () => {
    const { home, sandbox, login } = await signedOut();
    sandbox.setFault('unavailable', '/v1/models');
    const browser = fakeBrowser();
    const outcome = await login([], browser.env);
    expect(outcome).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('megallm login --with-key <'),
    });
    expect(recovered(home)).toBe(sandbox.liveKeys()[0]?.key);
    expect(await browser.visit()).toMatchObject({ status: 400 });
    expect(outcome.stderr).not.toContain(recovered(home).slice(20));
  });

  it.each([
    ['lost-answer', 5, 'may have been made'],
    ['server-error', 5, 'may have been made'],
    ['html', 5, 'web page'],
    ['malformed-json', 5, 'without an API key'],
    ['rate-limited', 6, '429'],
    ['redirect-other-origin', 5, 'redirect'],
  ] as const)('the fault %s while the code is redeemed ends with %i', async (fault, exitCode, said) => {
    const { home, sandbox, login } = await signedOut();
    sandbox.setFault(fault, '/api/oauth/token');
    const before = home.snapshot();
    const browser = fakeBrowser();
    expect(await login([], browser.env)).toMatchObject({ exitCode, stderr: expect.stringContaining(said) });
    expect(await browser.visit()).toMatchObject({ status: 400 });
    expect(sandbox.otherOriginRequests).toEqual([]);
    expect(home.snapshot()).toEqual(before);
  });

  it('takes what else the service may say with the key, and an answer without one is no sign-in', async () => {
    const { home, sandbox, login } = await signedOut();
    const { key } = sandbox.issueKey();
    sandbox.setFault(() => json(200, { api_key: key, expires: null, org: { id: 7 } }), '/api/oauth/token');
    expect(await login([], fakeBrowser().env)).toMatchObject({ exitCode: 0 });
    expectStored(home, sandbox);
    sandbox.setFault(() => json(200, { access_token: 'something' }), '/api/oauth/token');
    expect(await login([], fakeBrowser().env)).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('without an API key'),
    });
  });
});

describe('with a device code', () => {
  it.each([
    ['literal', ['--device']],
    ['standard', ['--device']],
    ['literal', ['--no-browser', '--json']],
  ] as const)('(grant %s) %j ends with a stored, verified key', async (grantType, args) => {
    const { home, sandbox, login } = await signedOut();
    sandbox.deviceMode = 'approve';
    sandbox.deviceGrantType = grantType;
    const outcome = await login(args, { CI: '1' });
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.stderr).toMatch(
      /Page {2}http:\S+\/device\nCode {2}[B-Z]{4}-[B-Z]{4} [\s\S]*\n {2}→ http:\S+user_code=/,
    );
    expectStored(home, sandbox);
    expect(sandbox.unknownRequests).toEqual([]);
  });

  it('waits for the person, and gets over a network that comes and goes', async () => {
    const { home, sandbox } = await signedOut();
    sandbox.setFault('reset', '/api/oauth/token', 2);
    sandbox.addFault('unavailable', '/api/oauth/token', 3);
    const child = startMegallm(['login', '--device', '--insecure-storage'], {
      home,
      env: sandbox.environment,
    });
    await until(() => sandbox.requests.filter(({ path }) => path === '/api/oauth/token').length > 4);
    sandbox.approveDevice(sandbox.pendingDevices()[0] ?? '');
    await until(() => child.exitCode !== null);
    expect(child.exitCode).toBe(0);
    expectStored(home, sandbox);
  });

  it.each<[string, (sandbox: Sandbox) => void, number, string]>([
    ['is denied', (sandbox) => Object.assign(sandbox, { deviceMode: 'deny' }), 3, 'denied'],
    ['expires', (sandbox) => Object.assign(sandbox, { deviceLifetime: 0.3 }), 3, 'expired'],
    [
      'is used up by an answer that got lost',
      (sandbox) => {
        sandbox.deviceMode = 'approve';
        sandbox.setFault('lost-answer', '/api/oauth/token', 1);
      },
      1,
      'megallm.io/dashboard',
    ],
    ['is not given', (sandbox) => sandbox.setFault('html', '/api/oauth/device'), 5, 'web page'],
    [
      'is for another client',
      (sandbox) => Object.assign(sandbox, { clientIds: [] }),
      1,
      'MEGALLM_CLI_CLIENT_ID',
    ],
    [
      'is to be typed into a page that is none',
      (sandbox) =>
        sandbox.setFault(
          () => json(200, { device_code: 'c', user_code: 'u', verification_uri: 'http://example.com/' }),
          '/api/oauth/device',
        ),
      5,
      'safe',
    ],
  ])('that %s, ends without a key', async (_, arrange, exitCode, said) => {
    const { home, sandbox, login } = await signedOut();
    arrange(sandbox);
    const before = home.snapshot();
    const outcome = await login(['--device']);
    expect(outcome).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(said) });
    expect(home.snapshot()).toEqual(before);
  });
});

describe('before anything is asked of the service', () => {
  it.each([
    [['login'], { CI: 'true' }, 2, /--with-key[\s\S]*--device/],
    [['login', '--with-key', '--device'], {}, 2, /--with-key/],
    [['login', '--device'], {}, 7, /--insecure-storage/],
    [['login', '--device', '--profile', '../x'], {}, 2, /profile/],
  ])('%j with %j ends with %i', async (args, env, exitCode, said) => {
    const { home, sandbox, run } = await signedOut();
    const before = home.snapshot();
    expect(await run(args, { env })).toMatchObject({
      exitCode,
      stdout: '',
      stderr: expect.stringMatching(said),
    });
    expect(sandbox.requests).toEqual([]);
    expect(home.snapshot()).toEqual(before);
  });

  it('finds out that the key could not be stored', async () => {
    const { home, sandbox, login } = await signedOut();
    mkdirSync(join(home.path, credentials), { recursive: true });
    expect(await login(['--device'])).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining(credentials),
    });
    expect(sandbox.requests).toEqual([]);
  });

  it.each([[{}], [{ DISPLAY: ':0' }], [{ SSH_TTY: '/dev/pts/1' }]])(
    'a dry run (%j) shows the plan, and that is all',
    async (env) => {
      const { home, sandbox, login } = await signedOut();
      const before = home.snapshot();
      expect(await login(['--dry-run'], env)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('credentials'),
      });
      expect(sandbox.requests).toEqual([]);
      expect(home.snapshot()).toEqual(before);
    },
  );
});

describe('interrupted', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s while it waits, leaves nothing',
    async (signal) => {
      for (const env of [{}, fakeBrowser().env]) {
        const { home, sandbox } = await signedOut();
        sandbox.setFault('hang', '/oauth/authorize');
        const before = home.snapshot();
        const child = startMegallm(['login', '--insecure-storage'], {
          home,
          env: { ...sandbox.environment, ...env },
        });
        await until(() => sandbox.requests.length > 0);
        child.kill(signal);
        await until(() => child.exitCode !== null || child.signalCode !== null);
        expect(child.exitCode).toBe(130);
        expect(home.snapshot()).toEqual(before);
      }
    },
  );

  it('while the new key is verified, loses no key', async () => {
    const { home, sandbox } = await signedOut();
    sandbox.deviceMode = 'approve';
    sandbox.setFault('hang', '/v1/models');
    const child = startMegallm(['login', '--device', '--insecure-storage'], {
      home,
      env: sandbox.environment,
    });
    await until(() => sandbox.requests.some(({ path }) => path === '/v1/models'));
    child.kill('SIGTERM');
    await until(() => child.exitCode !== null);
    expect(child.exitCode).toBe(130);
    expect(recovered(home)).toBe(sandbox.liveKeys()[0]?.key);
  });

  it('while the key is on its way and does not come, says that there may be one', async () => {
    const { home, sandbox } = await signedOut();
    sandbox.setFault('hang', '/api/oauth/token');
    const env = { ...sandbox.environment, ...fakeBrowser().env };
    const child = startMegallm(['login', '--insecure-storage'], { home, env });
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    await until(() => sandbox.requests.some(({ path }) => path === '/api/oauth/token'));
    child.kill('SIGINT');
    await until(() => child.exitCode !== null);
    expect(child.exitCode).toBe(130);
    expect(stderr).toContain('A key may have been made');
  });

  it('while the key is on its way, waits for it', async () => {
    const { home, sandbox } = await signedOut();
    sandbox.deviceMode = 'approve';
    sandbox.setFault(async (_, next) => {
      const answer = await next();
      await sleep(300);
      return answer;
    }, '/api/oauth/token');
    const child = startMegallm(['login', '--device', '--insecure-storage'], {
      home,
      env: sandbox.environment,
    });
    await until(() => sandbox.liveKeys().length > 0);
    child.kill('SIGINT');
    await until(() => child.exitCode !== null);
    // Stored if that took no longer than it does on a machine with little to do.
    if (child.exitCode === 0) expectStored(home, sandbox);
    else expect([child.exitCode, recovered(home)]).toEqual([130, sandbox.liveKeys()[0]?.key]);
  });
});
