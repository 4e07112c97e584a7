import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

interface Candidate {
  readonly name: string;
  readonly place: string;
  readonly line: number | null;
  readonly value: string;
  readonly wins: boolean;
  readonly ours: boolean;
}

async function situation() {
  const signedIn = await signedInHome();
  const { home, run } = signedIn;
  home.write('app/readme', '');
  const cwd = join(home.path, 'app');
  const why = async (args: readonly string[], env: Record<string, string> = {}) => {
    const outcome = await run(['why', ...args, '--json'], { cwd, env });
    expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0, stderr: '' });
    const { decisions } = JSON.parse(outcome.stdout) as {
      decisions: { about: string; candidates: Candidate[] }[];
    };
    const winner = (about: string) =>
      decisions.find((decision) => decision.about === about)?.candidates.find(({ wins }) => wins);
    return { decisions, winner, stdout: outcome.stdout };
  };
  return { ...signedIn, cwd, why };
}

describe('why', () => {
  it('tells of Claude Code: settings before the shell, the local ones first, tokens before the helper', async () => {
    const { cwd, home, run, sandbox, why } = await situation();
    const env = {
      ANTHROPIC_API_KEY: 'sk-ant-stray-secret-of-a-shell',
      ANTHROPIC_BASE_URL: 'https://u:pw@stray.example',
    };
    const before = await why(['claude'], env);
    expect(before.winner('x-api-key')).toMatchObject({
      name: 'ANTHROPIC_API_KEY',
      place: 'this shell',
      ours: false,
    });
    expect(before.winner('address')).toMatchObject({ value: 'https://…@stray.example' });
    await run(['link', 'claude']);
    const linked = await why(['claude'], env);
    const user = join(home.path, '.claude/settings.json');
    expect(linked.winner('Authorization')).toMatchObject({
      name: 'apiKeyHelper',
      place: user,
      line: 2,
      ours: true,
    });
    expect(linked.winner('address')).toMatchObject({ place: user, value: sandbox.url, ours: true });
    const local = {
      env: { ANTHROPIC_AUTH_TOKEN: 'token-of-a-proxy', ANTHROPIC_BASE_URL: 'https://proxy.example' },
    };
    home.write('app/.claude/settings.local.json', JSON.stringify(local, null, 2));
    const moved = await why(['claude'], env);
    const place = join(cwd, '.claude/settings.local.json');
    expect(moved.winner('Authorization')).toMatchObject({
      name: 'env.ANTHROPIC_AUTH_TOKEN',
      place,
      line: 3,
      ours: false,
    });
    expect(moved.winner('address')).toMatchObject({ place, line: 4 });
    const shown = await run(['why', 'claude'], { cwd, env });
    expect(shown.stdout).toContain(
      'Take env.ANTHROPIC_AUTH_TOKEN out of ~/app/.claude/settings.local.json:3',
    );
    const cloud = await why(['claude'], { ...env, CLAUDE_CODE_USE_BEDROCK: '1' });
    expect(cloud.winner('address')?.name).toBe('CLAUDE_CODE_USE_BEDROCK');
    for (const { stdout } of [before, linked, moved, shown])
      expect(stdout).not.toMatch(/stray-secret|of-a-proxy|pw@/);
  });

  it("tells of Codex's provider, a profile's choice first, and of a login where there is none", async () => {
    const { home, run, why } = await situation();
    home.write('.codex/auth.json', '{\n  "OPENAI_API_KEY": "sk-of-openai"\n}', 0o600);
    expect((await why(['codex'])).winner('key')).toMatchObject({
      name: 'OPENAI_API_KEY',
      line: 2,
      ours: false,
    });
    await run(['link', 'codex']);
    const linked = await why(['codex']);
    expect(linked.winner('key')).toMatchObject({ name: 'model_providers.megallm.auth.command', ours: true });
    expect(linked.winner('address')).toMatchObject({ name: 'model_providers.megallm.base_url', ours: true });
    const config = home.read('.codex/config.toml').toString();
    const other =
      '[profiles.work]\nmodel_provider = "proxy"\n[model_providers.proxy]\nbase_url = "https://proxy.example/v1"\nenv_key = "PROXY_KEY"\n';
    home.write('.codex/config.toml', `profile = "work"\n${config}\n${other}`);
    const work = await why(['codex'], { PROXY_KEY: 'secret-of-the-proxy' });
    expect(work.winner('key')).toMatchObject({ name: 'PROXY_KEY', place: 'this shell', ours: false });
    expect(work.winner('address')).toMatchObject({ name: 'model_providers.proxy.base_url', ours: false });
    home.write('.codex/config.toml', 'profile = "');
    expect(await run(['why', 'codex'])).toMatchObject({ exitCode: 1 });
  });

  it('tells of the provider of the model that OpenCode has chosen', async () => {
    const { home, run, sandbox, why } = await situation();
    await run(['link', 'opencode']);
    const linked = await why(['opencode']);
    expect(linked.winner('key')).toMatchObject({ name: 'megallm.key', ours: true });
    expect(linked.winner('address')).toMatchObject({ value: `${sandbox.url}/v1`, ours: true });
    const proxy = { options: { apiKey: 'secret-of-the-proxy', baseURL: 'https://proxy.example' } };
    home.write('app/opencode.json', JSON.stringify({ model: 'proxy/any', provider: { proxy } }));
    const moved = await why(['opencode']);
    expect(moved.winner('model')).toMatchObject({ value: 'proxy/any', ours: false });
    expect(moved.winner('key')).toMatchObject({ name: 'provider.proxy.options.apiKey', ours: false });
  });

  it('tells of variables: the shell, .env files up the tree, startup files', async () => {
    const { cwd, home, key, run, why } = await situation();
    expect((await why([])).decisions).toEqual([]);
    expect((await run(['why'])).stdout).toContain('nothing sets a key');
    await run(['env', 'write', '--to', 'bash', '--sdk', 'openai']);
    home.write('.env', 'OPENAI_API_KEY=sk-other\n');
    await run(['env', 'write', '--to', 'dotenv'], { cwd });
    const found = await why([], { OPENAI_API_KEY: key });
    expect(found.winner('MEGALLM_API_KEY')).toMatchObject({ place: join(cwd, '.env'), line: 1, ours: true });
    expect(found.winner('OPENAI_API_KEY')).toMatchObject({ place: 'this shell', ours: true });
    const without = await why([]);
    expect(without.winner('OPENAI_API_KEY')).toMatchObject({ place: join(home.path, '.env'), ours: false });
    expect(without.winner('OPENAI_BASE_URL')).toMatchObject({ ours: true });
    expect(await run(['why', 'emacs'])).toMatchObject({ exitCode: 2, stdout: '' });
  });
});
