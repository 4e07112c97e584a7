import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

const settings = '.claude/settings.json';

async function linked(original?: string, args: readonly string[] = []) {
  const situation = await signedInHome();
  if (original !== undefined) situation.home.write(settings, original, 0o600);
  const outcome = await situation.run(['link', 'claude', ...args]);
  const read = () => JSON.parse(situation.home.read(settings).toString());
  return { ...situation, outcome, read };
}

describe('link claude', () => {
  it('lets Claude Code ask for the key, and says what to type', async () => {
    const { home, key, outcome, read, run, sandbox } = await linked();
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '' });
    expect(outcome.stderr).toMatch(/→ claude\n$/);
    expect(read()).toEqual({
      apiKeyHelper: expect.stringMatching(/megallm\.cjs'? key print --profile default$/),
      env: {
        ANTHROPIC_BASE_URL: sandbox.url,
        ANTHROPIC_API_KEY: '',
        ANTHROPIC_AUTH_TOKEN: '',
        CLAUDE_CODE_API_KEY_HELPER_TTL_MS: '300000',
        CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
      },
    });
    expect(home.read(settings).toString()).not.toContain(key);
    expect(await run(['doctor'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('✓ Claude Code: key'),
    });
    expect((await run(['status'])).stdout).toContain('a reference to the key');
  });

  it('changes nothing the second time, and gives back the bytes at unlink', async () => {
    const original = '\u{feff}{\r\n\t"model": "opus",\r\n\t"hooks": { "Stop": [] } \r\n}';
    const { home, outcome, run } = await linked(original);
    expect(outcome).toMatchObject({ exitCode: 0 });
    const after = home.snapshot();
    expect((await run(['link', 'claude-code'])).stderr).toContain('Nothing to change');
    expect(home.snapshot()).toEqual(after);
    expect(await run(['unlink', 'claude'])).toMatchObject({ exitCode: 0 });
    expect(home.read(settings).toString()).toBe(original);
  });

  it('leaves what the user has added since', async () => {
    const { home, read, run } = await linked('{ "model": "opus" }\n');
    home.write(settings, JSON.stringify({ ...read(), theme: 'dark' }, null, 2), 0o600);
    await run(['unlink', 'claude']);
    expect(read()).toEqual({ model: 'opus', theme: 'dark' });
  });

  it.each([
    ['a comment', '{\n  // mine\n  "model": "opus"\n}\n'],
    ['a trailing comma', '{ "model": "opus", }'],
    ['an env that is no object', '{ "env": "sk-ant-secret" }'],
  ])('refuses %s, which Claude Code could not read, without quoting it', async (_, original) => {
    const { home, outcome } = await linked(original);
    expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/settings\.json/) });
    expect(outcome.stderr).not.toMatch(/mine|opus|secret/);
    expect(home.read(settings).toString()).toBe(original);
  });

  it("asks before it replaces the user's own", async () => {
    const original = JSON.stringify({ env: { ANTHROPIC_BASE_URL: 'https://proxy.example' }, theme: 'dark' });
    const { home, outcome, read, run, sandbox } = await linked(original);
    expect(outcome).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('env.ANTHROPIC_BASE_URL') });
    expect(home.read(settings).toString()).toBe(original);
    expect(await run(['link', 'claude', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(read()).toMatchObject({ env: { ANTHROPIC_BASE_URL: sandbox.url }, theme: 'dark' });
    expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
    expect(home.read(settings).toString()).toBe(original);
  });

  it('writes nothing when the service refuses the key', async () => {
    const { home, key, run, sandbox } = await signedInHome();
    sandbox.revokeKey(key);
    const before = home.snapshot();
    expect(await run(['link', 'claude'])).toMatchObject({ exitCode: 4 });
    expect(home.snapshot()).toEqual(before);
  });

  it('holds the key itself with --plain-key, in a file that nobody else reads', async () => {
    const { home, key, read, run } = await linked('{}', ['--plain-key']);
    expect(read().env).toMatchObject({ ANTHROPIC_AUTH_TOKEN: key, ANTHROPIC_API_KEY: '' });
    expect(read()).not.toHaveProperty('apiKeyHelper');
    expect(await run(['logout'])).toMatchObject({ exitCode: 0 });
    expect(home.read(settings).toString()).toBe('{}');
    home.write(settings, '{}', 0o644);
    await run(['login', '--with-key', '--insecure-storage'], { stdin: key });
    const again = await run(['link', 'claude', '--plain-key']);
    expect(again).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('chmod 600') });
  });

  it('writes for one project into the settings that are not shared, and says what wins there', async () => {
    const { home, run } = await signedInHome();
    home.write('app/readme', '');
    const cwd = join(home.path, 'app');
    expect(await run(['link', 'claude', '--project'], { cwd })).toMatchObject({ exitCode: 0 });
    expect(home.snapshot().has('app/.claude/settings.local.json')).toBe(true);
    expect(home.snapshot().has(settings)).toBe(false);
    const user = await run(['link', 'claude'], { cwd });
    expect(user.stderr).toContain('app/.claude/settings.local.json:2 sets apiKeyHelper');
    expect(await run(['unlink', 'claude'])).toMatchObject({ exitCode: 0 });
    expect([...home.snapshot().keys()].filter((path) => path.includes('.claude'))).toEqual([]);
  });

  it('finds the settings where they have been moved, and says what else decides', async () => {
    const { home, run, sandbox } = await signedInHome();
    home.write('moved/.credentials.json', '{"claudeAiOauth":{"accessToken":"sk-ant-oat"}}', 0o600);
    const env = { CLAUDE_CONFIG_DIR: join(home.path, 'moved'), CLAUDE_CODE_USE_BEDROCK: '1' };
    const user = await run(['link', 'claude'], { env });
    expect(user.stderr).toContain('signed in to Anthropic');
    expect(user.stderr).toContain('unset CLAUDE_CODE_USE_BEDROCK');
    expect(user.stderr).not.toContain('sk-ant');
    const { env: written } = JSON.parse(home.read('moved/settings.json').toString());
    expect(written.ANTHROPIC_BASE_URL).toBe(sandbox.url);
    // What is remembered is found again, whatever the environment says now.
    expect(await run(['unlink', 'claude'])).toMatchObject({ exitCode: 0 });
    expect(home.snapshot().has('moved/settings.json')).toBe(false);
  });

  it('knows no other tool', async () => {
    const { run } = await signedInHome();
    expect(await run(['link', 'emacs'])).toMatchObject({ exitCode: 2 });
    expect(await run(['env', 'write', '--to', 'claude'])).toMatchObject({ exitCode: 2 });
  });
});
