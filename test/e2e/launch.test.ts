import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

/** Each tool, as far as it says what it was started with. */
const tool = `#!/bin/sh
[ "$1" = --version ] && echo 1.2.3 && exit 0
for word in "$@"; do printf '%s\\n' "$word"; done
printf 'content %s\\nkey %s\\n' "$OPENCODE_CONFIG_CONTENT" "$MEGALLM_API_KEY"
exit 23
`;

async function withTools(...names: string[]) {
  const situation = await signedInHome();
  for (const name of names) situation.home.write(`bin/${name}`, tool, 0o755);
  const env = { PATH: `${join(situation.home.path, 'bin')}:/usr/bin:/bin` };
  return { ...situation, launch: (...args: string[]) => situation.run(['launch', ...args], { env }) };
}

describe('launch', () => {
  it('hands arguments and exit status on, and tells Claude Code by its arguments, without the key', async () => {
    const { home, key, launch, sandbox } = await withTools('claude');
    const before = home.snapshot();
    const { exitCode, stderr, stdout } = await launch(
      'claude',
      '--model',
      'sonnet-4',
      '--',
      '-p',
      'a "b"',
      '--json',
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 23, stderr: '' });
    const [flag, settings = '', ...words] = stdout.split('\n');
    expect(flag).toBe('--settings');
    expect(JSON.parse(settings)).toMatchObject({
      apiKeyHelper: expect.stringMatching(/key print --profile default$/),
      env: { ANTHROPIC_BASE_URL: sandbox.url, ANTHROPIC_API_KEY: '', ANTHROPIC_AUTH_TOKEN: '' },
    });
    expect(words.slice(0, 5)).toEqual([
      '--model',
      expect.stringContaining('sonnet'),
      '-p',
      'a "b"',
      '--json',
    ]);
    expect(stdout).not.toContain(key);
    expect(home.snapshot()).toEqual(before);
  });

  it('tells Codex by -c, and OpenCode by a variable on top of what stands there', async () => {
    const { home, key, launch, run, sandbox } = await withTools('codex', 'opencode');
    const codex = await launch('codex', 'exec');
    expect(codex.stdout).toMatch(
      /^-c\nmodel_provider="megallm-launch"\n-c\nmodel_providers\.megallm-launch=\{.*\}\nexec\n/,
    );
    expect(codex.stdout).not.toContain(key);
    const path = `${join(home.path, 'bin')}:/usr/bin:/bin`;
    const own = '{ "theme": "dark", /* mine */ "provider": { "other": { "name": "x" } }, }';
    const opencode = await run(['launch', 'opencode'], { env: { PATH: path, OPENCODE_CONFIG_CONTENT: own } });
    const content = JSON.parse(/^content (.*)$/m.exec(opencode.stdout)?.[1] ?? '');
    expect(content).toMatchObject({
      theme: 'dark',
      model: expect.stringMatching(/^megallm\/claude-sonnet/),
      provider: {
        other: { name: 'x' },
        megallm: { options: { baseURL: `${sandbox.url}/v1`, apiKey: '{env:MEGALLM_API_KEY}' } },
      },
    });
    expect(opencode.stdout).toContain(`key ${key}\n`);
    const broken = await run(['launch', 'opencode'], { env: { PATH: path, OPENCODE_CONFIG_CONTENT: '{"a' } });
    expect(broken).toMatchObject({ exitCode: 1, stdout: '' });
  });

  it('starts nothing that could not work, and says why', async () => {
    const { key, launch, sandbox } = await withTools('claude');
    expect(await launch('codex')).toMatchObject({
      exitCode: 127,
      stdout: '',
      stderr: expect.stringContaining('megallm link codex --install'),
    });
    expect(await launch('emacs')).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await launch('claude', '--', '--settings', '{}')).toMatchObject({ exitCode: 2, stdout: '' });
    const unknown = await launch('claude', '--model', 'nobody-has-this');
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('claude-') });
    expect(await launch('claude', '--model', 'claude')).toMatchObject({ exitCode: 2, stdout: '' });
    const dry = await launch('claude', '--dry-run');
    expect(dry).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('--settings') });
    sandbox.revokeKey(key);
    expect(await launch('claude')).toMatchObject({ exitCode: 4, stdout: '' });
  });

  it('lets the tool have a key that only the environment has', async () => {
    const { home, launch, run, sandbox } = await withTools('codex');
    const { key } = sandbox.issueKey();
    await run(['logout', '--keep-key']);
    const env = { MEGALLM_API_KEY: key, PATH: `${join(home.path, 'bin')}:/usr/bin:/bin` };
    const { stdout } = await run(['launch', 'codex'], { env });
    expect(stdout).toContain('"key","print"]');
    expect(stdout).toContain(`key ${key}\n`);
    expect(await launch('codex')).toMatchObject({ exitCode: 3 });
  });
});
