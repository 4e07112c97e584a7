import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

const config = '.config/opencode/opencode.jsonc';
const auth = '.local/share/opencode/auth.json';
const written =
  '{ // mine\r\n\t"theme": "x",\r\n\t"mcp": { "a": { "type": "local", "command": ["x"] } }, // last\r\n}\r\n';

describe('link opencode', () => {
  it('adds a provider and the key, and gives back the bytes', async () => {
    const { home, key, run, sandbox } = await signedInHome();
    home.write(config, written);
    home.write(auth, '{"anthropic":{"type":"api","key":"sk-ant-mine"}}', 0o600);
    expect(await run(['link', 'opencode'])).toMatchObject({ exitCode: 0, stdout: '' });
    const text = home.read(config).toString();
    expect(text).not.toContain(key);
    expect(parse(text)).toMatchObject({
      theme: 'x',
      provider: {
        megallm: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: `${sandbox.url}/v1` },
          models: { 'gpt-5': {}, 'claude-sonnet-4-5-20250929': { provider: { npm: '@ai-sdk/anthropic' } } },
        },
      },
      model: 'megallm/claude-sonnet-4-5-20250929',
      small_model: 'megallm/claude-haiku-4-5-20251001',
    });
    expect(JSON.parse(home.read(auth).toString())).toEqual({
      anthropic: { type: 'api', key: 'sk-ant-mine' },
      megallm: { type: 'api', key },
    });
    expect(await run(['doctor'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('✓ OpenCode: route'),
    });
    expect((await run(['link', 'opencode'])).stderr).toContain('Nothing to change');
    expect(await run(['unlink', 'opencode'])).toMatchObject({ exitCode: 0 });
    expect(home.read(config).toString()).toBe(written);
    expect(home.read(auth).toString()).toBe('{"anthropic":{"type":"api","key":"sk-ant-mine"}}');
  });

  it("keeps the user's model, and takes out what 3.1.0 wrote over Anthropic", async () => {
    const { home, run } = await signedInHome();
    const old = { apiKey: '{env:MEGALLM_API_KEY}', baseURL: 'https://ai.megallm.io/v1' };
    const provider = { anthropic: { models: { x: {} }, options: old }, openai: {} };
    home.write(config, JSON.stringify({ model: 'openai/o3', provider }));
    expect(await run(['link', 'opencode'])).toMatchObject({ exitCode: 0 });
    const now = parse(home.read(config).toString());
    expect(now.model).toBe('openai/o3');
    expect(Object.keys(now.provider)).toEqual(['openai', 'megallm']);
  });

  it('shares one key among folders, which the last of them takes out', async () => {
    const { home, run } = await signedInHome();
    home.write('app/readme', '');
    await run(['link', 'opencode']);
    expect(await run(['link', 'opencode', '--project'], { cwd: join(home.path, 'app') })).toMatchObject({
      exitCode: 0,
    });
    expect(home.snapshot().get(auth)).toMatchObject({ mode: 0o600 });
    expect(await run(['logout'])).toMatchObject({ exitCode: 0 });
    expect([...home.snapshot().keys()].filter((path) => /opencode/.test(path))).toEqual([]);
  });

  it('refuses an auth.json that others can read, and what it cannot read itself', async () => {
    const { home, run } = await signedInHome();
    home.write(auth, '{}', 0o644);
    expect(await run(['link', 'opencode'])).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining('chmod 600'),
    });
    home.write(auth, '{}', 0o600);
    home.write(config, '{ "a": }');
    expect(await run(['link', 'opencode'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('line 1, column 8'),
    });
  });
});
