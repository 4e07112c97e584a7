import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../sandbox/faults.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';

describe('from a key on stdin', () => {
  it('stores it, remembers its fingerprint, and prints it', async () => {
    const { home, key, run } = await signedInHome();
    expect(home.read('.megallm/profiles/default/credentials').toString()).toBe(`${key}\n`);
    expect(JSON.parse(home.read('.megallm/profiles/default/profile.json').toString())).toMatchObject({
      storage: 'file',
      key: { fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/), origin: 'pasted' },
      organisation: { id: 'org_acme', name: 'Acme' },
      gateway: expect.stringContaining('127.0.0.1'),
    });
    expect(await run(['key', 'print'])).toMatchObject({ stdout: `${key}\n`, stderr: '', exitCode: 0 });
  });

  it('tells who it is, where the key is, and that all is well', async () => {
    const { key, run } = await signedInHome();
    await run(['env', 'write', '--to', 'dotenv']);
    const [whoami, status, doctor] = await Promise.all(
      ['whoami', 'status', 'doctor'].map((command) => run([command])),
    );
    expect(whoami).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('dev@example.com') });
    expect(status).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('.env') });
    expect(doctor).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('0 failed') });
    for (const outcome of [whoami, status, doctor]) expect(JSON.stringify(outcome)).not.toContain(key);
  });

  it('refuses a key that the service does not take, and stores nothing', async () => {
    const { home, key, run, sandbox } = await freshHome();
    sandbox.revokeKey(key);
    const login = await run(['login', '--with-key', '--insecure-storage'], { stdin: key });
    expect(login).toMatchObject({ exitCode: 4, stdout: '' });
    expect([...home.snapshot().keys()].filter((path) => path.includes('credentials'))).toEqual([]);
  });

  it('keeps no key in plain text unasked', async () => {
    const { home, key, run } = await freshHome();
    const login = await run(['login', '--with-key'], { stdin: key });
    expect(login).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('--insecure-storage') });
    expect(JSON.stringify([...home.snapshot()])).not.toContain('credentials');
  });
});

describeWith(requirements.bash, 'env write', () => {
  it('makes parsers and fresh shells see the key, and undo takes it back', async () => {
    const { home, key, run } = await signedInHome();
    home.write('.bashrc', '# mine\n');
    const before = home.read('.bashrc');
    expect(await run(['env', 'write', '--to', 'dotenv', '--to', 'bash'])).toMatchObject({ exitCode: 0 });
    expect(parse(home.read('.env'))).toEqual({ MEGALLM_API_KEY: key });
    for (const kind of ['-lc', '-ic', '-c']) {
      const script = `${kind === '-c' ? '. ~/.bashrc; ' : ''}printf %s "$MEGALLM_API_KEY"`;
      expect((await runProgram('bash', [kind, script], { home })).stdout).toBe(key);
    }
    expect(await run(['doctor'])).toMatchObject({ exitCode: 0 });
    expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
    expect(home.read('.bashrc').equals(before)).toBe(true);
    expect([...home.snapshot().keys()].sort()).not.toContain('.env');
  });
});

describe('doctor and login, when the service', () => {
  const cases: readonly [FaultName, number][] = [
    ['unauthorized', 4],
    ['forbidden', 4],
    ['rate-limited', 6],
    ['server-error', 5],
    ['reset', 5],
    ['truncated', 5],
    ['html', 5],
    ['redirect-other-origin', 5],
    ['redirect-loop', 5],
    ['hang', 5],
    ['malformed-json', 5],
    ['empty-body', 5],
  ];
  it.each(cases)('has the fault %s, end with %i', async (fault, exitCode) => {
    const { home, key, run, sandbox } = await signedInHome();
    const before = home.snapshot();
    sandbox.setFault(fault);
    const login = ['login', '--with-key', '--insecure-storage', '--profile', 'other'];
    const outcomes = await Promise.all([run(['doctor']), run(login, { stdin: key })]);
    expect(outcomes.map((outcome) => outcome.exitCode)).toEqual([exitCode, exitCode]);
    for (const { stdout, stderr } of outcomes) expect(stdout + stderr).not.toContain(key);
    expect(sandbox.otherOriginRequests.map(({ headers }) => headers.authorization)).not.toContain(
      `Bearer ${key}`,
    );
    expect(home.snapshot()).toEqual(before);
  });

  it('is down, end with 5', async () => {
    const { run, sandbox } = await signedInHome();
    await sandbox.close();
    expect(await run(['doctor'])).toMatchObject({ exitCode: 5 });
    expect(await run(['whoami'])).toMatchObject({ exitCode: 5 });
  });

  it('has revoked the key but lists its models to everybody, end with 4', async () => {
    const { key, run, sandbox } = await signedInHome();
    sandbox.revokeKey(key);
    sandbox.setFault('public-models');
    expect(await run(['doctor'])).toMatchObject({ exitCode: 4 });
  });
});
