import { describe, expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

/** Signed in to `default` and to `work`; the key of `default` is in bash and in `.env`. */
async function twoProfiles() {
  const situation = await signedInHome();
  const { home, run, sandbox } = situation;
  const work = sandbox.issueKey({ org: 'org_globex' }).key;
  home.write('.bashrc', '# mine\n');
  await run(['login', '--with-key', '--insecure-storage', '--profile', 'work'], { stdin: work });
  await run(['env', 'write', '--to', 'bash', '--to', 'dotenv']);
  const read = (path: string) => home.read(path).toString();
  const places = (profile: string): string[] => {
    const record = JSON.parse(read(`.megallm/profiles/${profile}/profile.json`));
    return record.locations.map(({ path }: { path: string }) => path.slice(home.path.length + 1)).sort();
  };
  return { ...situation, work, read, places };
}

describe('profile use', () => {
  it('gives the new key to every place that holds the old one, and the places to the profile', async () => {
    const { key, work, read, places, run } = await twoProfiles();
    const outcome = await run(['profile', 'use', 'work', '--json']);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      profile: 'work',
      previous: 'default',
      applied: true,
      to: [{ backend: 'bash' }, { backend: 'dotenv' }],
      unreadable: [],
    });
    for (const path of ['.env', '.megallm/env.sh']) {
      expect(read(path)).toContain(work);
      expect(read(path)).not.toContain(key);
    }
    expect([places('default'), places('work')]).toEqual([[], ['.bashrc', '.env']]);
    expect((await run(['key', 'print'])).stdout.trim()).toBe(work);
    expect((await run(['key', 'print', '--profile', 'default'])).stdout.trim()).toBe(key);
    expect((await run(['doctor'])).exitCode).toBe(0);
  });

  it('keeps what else is in config.json, and undo brings everything back', async () => {
    const { home, run } = await twoProfiles();
    home.write('.megallm/config.json', '{\n  "theme": "dark",\n  "current_profile": "default"\n}\n', 0o600);
    const before = home.snapshot();
    await run(['profile', 'use', 'work']);
    expect(JSON.parse(home.read('.megallm/config.json').toString())).toEqual({
      theme: 'dark',
      current_profile: 'work',
    });
    expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
    expect(home.snapshot()).toEqual(before);
  });

  it('there and back again leaves every place as it was, and the last profile that leaves takes all away', async () => {
    const { home, run, places } = await twoProfiles();
    const before = ['.env', '.bashrc', '.megallm/env.sh'].map((path) => home.read(path));
    await run(['profile', 'use', 'work']);
    await run(['profile', 'use', 'default']);
    expect(['.env', '.bashrc', '.megallm/env.sh'].map((path) => home.read(path))).toEqual(before);
    expect(places('work')).toEqual([]);
    await run(['profile', 'use', 'work']);
    expect(await run(['logout'])).toMatchObject({ exitCode: 0 });
    const left = [...home.snapshot().keys()];
    expect(left.filter((path) => /^\.env|env\.sh|^\.profile$/.test(path))).toEqual([]);
    expect(home.read('.bashrc').toString()).toBe('# mine\n');
  });

  it('leaves alone what holds another key: of a person, of a third profile, made for the place', async () => {
    const { home, read, run, sandbox } = await twoProfiles();
    const own = sandbox.issueKey().key;
    home.write('.env', `MEGALLM_API_KEY=${own}\n`);
    await run(['keys', 'create', '--to', 'dotenv', '--file', 'ci.env']);
    const made = read('ci.env');
    expect(await run(['profile', 'use', 'work'])).toMatchObject({ exitCode: 0 });
    expect(read('.env')).toBe(`MEGALLM_API_KEY=${own}\n`);
    expect(read('ci.env')).toBe(made);
  });

  it('asks before it takes out what a person has put in the way since', async () => {
    const { home, read, run, work } = await twoProfiles();
    home.write('.bashrc', `${read('.bashrc')}export MEGALLM_API_KEY=mine\n`);
    const before = home.snapshot();
    const refused = await run(['profile', 'use', 'work']);
    expect(refused).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('.bashrc:') });
    expect(home.snapshot()).toEqual(before);
    expect(await run(['profile', 'use', 'work', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(read('.bashrc')).not.toContain('=mine');
    expect(read('.megallm/env.sh')).toContain(work);
  });

  it('a dry run shows what would change, and changes nothing', async () => {
    const { home, key, run, work } = await twoProfiles();
    const before = home.snapshot();
    const outcome = await run(['profile', 'use', 'work', '--dry-run']);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: 'Would be the current profile  work\n' });
    expect(outcome.stdout).toContain(`MEGALLM_API_KEY=${work.slice(0, 12)}…`);
    expect(outcome.stdout).not.toContain(key.slice(20));
    expect(home.snapshot()).toEqual(before);
  });

  it.each([
    [['nobody'], 2, 'Profiles: default, work'],
    [['../work'], 2, 'no profile'],
    [['work', '--profile', 'default'], 2, 'by --profile'],
    [['empty'], 3, 'megallm login --profile empty'],
  ])('%j changes nothing', async (args, exitCode, text) => {
    const { home, run, sandbox } = await twoProfiles();
    const login = ['login', '--with-key', '--insecure-storage', '--profile', 'empty'];
    if (args[0] === 'empty') {
      await run(login, { stdin: sandbox.issueKey().key });
      await run(['logout', '--profile', 'empty']);
    }
    const before = home.snapshot();
    expect(await run(['profile', 'use', ...args])).toMatchObject({
      exitCode,
      stdout: '',
      stderr: expect.stringContaining(text),
    });
    expect(home.snapshot()).toEqual(before);
  });

  it('has the tools that ask megallm for the key ask for the new one, and undo takes that back', async () => {
    const { home, places, read, run } = await twoProfiles();
    home.write('.claude/settings.json', '{ "model": "opus" }\n', 0o600);
    expect(await run(['link', 'claude'])).toMatchObject({ exitCode: 0 });
    const before = home.snapshot();
    expect(await run(['profile', 'use', 'work'])).toMatchObject({ exitCode: 0 });
    expect(read('.claude/settings.json')).toMatch(/key print --profile work"/);
    expect(places('work')).toEqual(['.bashrc', '.claude/settings.json', '.env']);
    expect(await run(['doctor'])).toMatchObject({ exitCode: 0 });
    expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
    expect(home.snapshot()).toEqual(before);
    await run(['profile', 'use', 'work']);
    expect(await run(['unlink', 'claude'])).toMatchObject({ exitCode: 0 });
    expect(read('.claude/settings.json')).toBe('{ "model": "opus" }\n');
  });

  it("leaves a tool that asks a command of the user's own", async () => {
    const { home, read, run } = await twoProfiles();
    await run(['link', 'claude']);
    const own = '{"apiKeyHelper":"pass show megallm"}';
    home.write('.claude/settings.json', own, 0o600);
    expect(await run(['profile', 'use', 'work'])).toMatchObject({ exitCode: 0 });
    expect(read('.claude/settings.json')).toBe(own);
  });

  it('says that MEGALLM_PROFILE goes on to decide', async () => {
    const { run } = await twoProfiles();
    const env = { MEGALLM_PROFILE: 'default' };
    const outcome = await run(['profile', 'use', 'work'], { env });
    expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('unset MEGALLM_PROFILE') });
    expect(await run(['profile', 'use', 'work'])).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('the current one already'),
    });
  });

  it('says which place it cannot read, and goes on', async () => {
    const { home, read, run, work } = await twoProfiles();
    home.write('.env', Buffer.from('\uFEFFMEGALLM_API_KEY=x\n', 'utf16le'));
    const outcome = await run(['profile', 'use', 'work']);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/Cannot be read.*\.env/) });
    expect(read('.megallm/env.sh')).toContain(work);
  });
});
