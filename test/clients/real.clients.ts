import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, runProgram } from '../support/program.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { installClients } from './installed-clients.ts';

const reply = 'Hello from the MegaLLM sandbox.';

/** What other tools and older set-ups leave in people's shells. None of it may reach the service, or win. */
const hostile = {
  ANTHROPIC_API_KEY: 'sk-ant-stray-key-of-another-service',
  ANTHROPIC_AUTH_TOKEN: 'stray-token-of-another-service',
  ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
  OPENAI_API_KEY: 'sk-stray-key-of-another-service',
  OPENAI_BASE_URL: 'http://127.0.0.1:9',
};

const clients = [
  { id: 'claude', program: 'claude', args: ['-p', 'Say hello.'] },
  { id: 'codex', program: 'codex', args: ['exec', '--skip-git-repo-check', 'Say hello.'] },
  { id: 'opencode', program: 'opencode', args: ['run', 'Say hello.'] },
] as const;

type Client = (typeof clients)[number];

let bin: string;
beforeAll(() => {
  bin = installClients();
});

type Situation = Awaited<ReturnType<typeof signedInHome>>;

function ask({ program, args }: Client, { home }: Situation): Promise<Outcome> {
  home.write('project/readme', '');
  const env = { ...hostile, PATH: `${bin}${delimiter}${process.env.PATH}` };
  return runProgram(join(bin, program), args, {
    home,
    cwd: join(home.path, 'project'),
    env,
    timeout: 120_000,
  });
}

function keysSeen({ sandbox }: Situation, from = 0): Set<string> {
  const all = sandbox.requests
    .slice(from)
    .flatMap(({ headers }) => [headers.authorization?.replace(/^Bearer /, ''), headers['x-api-key']]);
  return new Set(all.flatMap((key) => (typeof key === 'string' ? key : [])));
}

describe.each(clients)('$id', (client) => {
  it('answers through the service, in a hostile shell, after keys rotate too, and has no key in its files', async () => {
    const situation = await signedInHome();
    const { home, key, run, sandbox } = situation;
    home.write('.claude/.credentials.json', JSON.stringify({ claudeAiOauth: oldLogin }), 0o600);
    const path = `${bin}${delimiter}${process.env.PATH}`;
    const linked = await run(['link', client.id], { env: { PATH: path } });
    expect(linked, linked.stderr).toMatchObject({ exitCode: 0 });
    expect(linked.stderr).toMatch(/\d+\.\d+\.\d+ · /);

    const before = await ask(client, situation);
    expect(before.stdout, before.stderr).toContain(reply);
    expect([...keysSeen(situation)]).toEqual([key]);

    const rotated = await run(['keys', 'rotate', '--yes']);
    expect(rotated, rotated.stderr).toMatchObject({ exitCode: 0 });
    const [newer = ''] = sandbox.liveKeys().map(({ key: live }) => live);
    const asked = sandbox.requests.length;
    const after = await ask(client, situation);
    expect(after.stdout, after.stderr).toContain(reply);
    expect([...keysSeen(situation, asked)]).toEqual([newer]);

    expect(await run(['doctor'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`✓ ${client.id}`),
    });
    const holders = filesWith([key, newer], situation).filter((file) => !file.startsWith('.megallm/'));
    expect(holders).toEqual(client.id === 'opencode' ? ['.local/share/opencode/auth.json'] : []);
    expect(await run(['unlink', client.id])).toMatchObject({ exitCode: 0 });
    expect(filesWith([sandbox.url], situation).filter(isSettings)).toEqual([]);
  });
});

describe.each(clients)('$id, launched', (client) => {
  it('answers through the service, in a hostile shell and beside settings of its own, with no file changed', async () => {
    const situation = await signedInHome();
    const { home, key, run } = situation;
    home.write('.claude/.credentials.json', JSON.stringify({ claudeAiOauth: oldLogin }), 0o600);
    for (const [path, text] of Object.entries(elsewhere)) home.write(path, text);
    const before = Object.keys(elsewhere).map((path) => home.read(path).toString());
    home.write('project/readme', '');
    const launched = await run(['launch', client.id, '--', ...client.args], {
      cwd: join(home.path, 'project'),
      env: { ...hostile, CLAUDE_CODE_USE_BEDROCK: '1', PATH: `${bin}${delimiter}${process.env.PATH}` },
      timeout: 120_000,
    });
    expect(launched.stdout, launched.stderr).toContain(reply);
    expect(launched.exitCode).toBe(0);
    expect([...keysSeen(situation)]).toEqual([key]);
    expect(filesWith([key], situation).filter((file) => !file.startsWith('.megallm/'))).toEqual([]);
    expect(Object.keys(elsewhere).map((path) => home.read(path).toString())).toEqual(before);
  });
});

/** Who sets Claude Code's key in each case; the key that the service is asked with is that one's. */
const rivals = ['shell token', 'shell key', 'user token', 'local token', 'helper alone'] as const;

describe('why claude', () => {
  it.each(rivals)('names the key that Claude Code itself goes by: %s', async (rival) => {
    const situation = await signedInHome();
    const { home, run, sandbox } = situation;
    const keys = Object.fromEntries(rivals.map((name) => [name, sandbox.issueKey().key]));
    const upTo = (name: Rival) => rivals.indexOf(name) <= rivals.indexOf(rival) && rival !== 'helper alone';
    const helper = `echo ${keys['helper alone']}`;
    const user = {
      apiKeyHelper: helper,
      env: { ...(upTo('user token') && { ANTHROPIC_AUTH_TOKEN: keys['user token'] }) },
    };
    home.write('.claude/settings.json', JSON.stringify(user));
    if (upTo('local token'))
      home.write(
        'project/.claude/settings.local.json',
        JSON.stringify({ env: { ANTHROPIC_AUTH_TOKEN: keys['local token'] } }),
      );
    const env = {
      ANTHROPIC_BASE_URL: sandbox.url,
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      ...(rival === 'shell token' && { ANTHROPIC_AUTH_TOKEN: keys['shell token'] ?? '' }),
      ...(rival === 'shell key' && { ANTHROPIC_API_KEY: keys['shell key'] ?? '' }),
    };
    home.write('project/readme', '');
    const cwd = join(home.path, 'project');
    const why = JSON.parse((await run(['why', 'claude', '--json'], { cwd, env })).stdout);
    const winner = (about: string) =>
      why.decisions
        .find((decision: { about: string }) => decision.about === about)
        .candidates.find(({ wins }: { wins: boolean }) => wins).name;
    const before = sandbox.requests.length;
    const asked = await runProgram(join(bin, 'claude'), ['-p', 'Say hello.'], {
      home,
      cwd,
      env,
      timeout: 120_000,
    });
    expect(asked.stdout, asked.stderr).toContain(reply);
    const sent = sandbox.requests.slice(before).find(({ path }) => path.startsWith('/v1/messages'))?.headers;
    const { token = 'helper alone', apiKey = 'helper alone' } = winners[rival];
    expect(sent?.authorization).toBe(`Bearer ${keys[token]}`);
    expect(sent?.['x-api-key']).toBe(keys[apiKey]);
    expect(winner('Authorization')).toBe(names[token]);
    expect(winner('x-api-key')).toBe(names[apiKey]);
  });
});

type Rival = (typeof rivals)[number];

/** Whose key goes out in each header, where it is not the helper's. */
const winners: Readonly<Record<Rival, { readonly token?: Rival; readonly apiKey?: Rival }>> = {
  'shell token': { token: 'shell token' },
  'shell key': { apiKey: 'shell key' },
  'user token': { token: 'user token' },
  'local token': { token: 'local token' },
  'helper alone': {},
};

const names = {
  'shell token': 'ANTHROPIC_AUTH_TOKEN',
  'shell key': 'ANTHROPIC_API_KEY',
  'user token': 'env.ANTHROPIC_AUTH_TOKEN',
  'local token': 'env.ANTHROPIC_AUTH_TOKEN',
  'helper alone': 'apiKeyHelper',
};

/** Settings that send each tool somewhere else. */
const elsewhere = {
  '.claude/settings.json': JSON.stringify({
    env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', ANTHROPIC_AUTH_TOKEN: 'token-of-a-proxy' },
  }),
  '.codex/config.toml':
    'model_provider = "megallm"\n[model_providers.megallm]\nname = "old"\nbase_url = "http://127.0.0.1:9/v1"\nenv_key = "OLD_KEY"\nwire_api = "responses"\n',
  '.config/opencode/opencode.json': JSON.stringify({
    // Which OpenCode adds by itself.
    $schema: 'https://opencode.ai/config.json',
    model: 'proxy/any',
    provider: {
      proxy: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Proxy',
        options: { baseURL: 'http://127.0.0.1:9/v1', apiKey: 'key-of-a-proxy' },
        models: { any: {} },
      },
    },
  }),
};

/** As Claude Code keeps one; long expired. */
const oldLogin = {
  accessToken: 'sk-ant-oat01-old',
  refreshToken: 'sk-ant-ort01-old',
  expiresAt: 1,
  scopes: ['user:inference'],
};

function filesWith(texts: readonly string[], { home }: Situation): string[] {
  return [...home.snapshot()].flatMap(([path, entry]) => {
    if (entry.type !== 'file' || entry.size > 10_000_000) return [];
    const bytes = home.read(path);
    return texts.some((text) => bytes.includes(text)) ? [path] : [];
  });
}

function isSettings(path: string): boolean {
  return ['.claude/settings.json', '.codex/config.toml', '.config/opencode/opencode.json'].includes(path);
}
