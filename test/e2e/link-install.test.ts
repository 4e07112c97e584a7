import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';

/** An npm that knows this one thing, and writes down what it was asked. */
const npm = `#!/bin/sh
echo "$*" >> "$HOME/asked"
[ "$*" = "install --global --no-fund --no-audit @openai/codex" ] || exit 9
[ -e "$HOME/broken" ] && exit 3
mkdir -p "$HOME/bin" && printf '#!/bin/sh\\necho codex-cli 0.169.0\\n' > "$HOME/bin/codex" && chmod +x "$HOME/bin/codex"
`;

async function withNpm() {
  const situation = await signedInHome();
  situation.home.write('tools/npm', npm, 0o755);
  const path = ['tools', 'bin'].map((folder) => join(situation.home.path, folder));
  const env = { PATH: [...path, '/usr/bin', '/bin'].join(':') };
  return { ...situation, env };
}

describeWith(requirements.bash, 'link --install', () => {
  it('installs a tool that is missing, once, and only when told to', async () => {
    const { env, home, run } = await withNpm();
    expect((await run(['link', 'codex'], { env })).stderr).toContain('megallm link codex --install');
    await run(['link', 'codex', '--install', '--dry-run'], { env });
    expect(home.snapshot().has('asked')).toBe(false);
    const installed = await run(['link', 'codex', '--install'], { env });
    expect(installed).toMatchObject({ exitCode: 0, stdout: '' });
    expect(installed.stderr).toContain('0.169.0');
    await run(['link', 'codex', '--install'], { env });
    expect(home.read('asked').toString().trim().split('\n')).toHaveLength(1);
  });

  it('writes nothing when that fails', async () => {
    const { env, home, run } = await withNpm();
    home.write('broken', '');
    const failed = await run(['link', 'codex', '--install'], { env });
    expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('npm ended with 3') });
    expect(home.snapshot().has('.codex/config.toml')).toBe(false);
  });
});

describe('what link shows', () => {
  it('is its own lines alone', async () => {
    const { home, key, run } = await signedInHome();
    home.write('.claude/settings.json', '{\n  "hooks": { "x": "sk-ant-mine" }\n}\n', 0o600);
    const shown = await run(['link', 'claude', '--plain-key', '--dry-run']);
    expect(shown.stdout).toContain('"ANTHROPIC_BASE_URL": "http://127.0.0.1');
    expect(shown.stdout).toContain(`"ANTHROPIC_AUTH_TOKEN": "${key.slice(0, 12)}…`);
    expect(shown.stdout + shown.stderr).not.toContain(key);
    expect(shown.stdout).not.toContain('sk-ant-mine');
    const command = await run(['link', 'codex', '--dry-run', '--json']);
    expect(JSON.parse(command.stdout)).toMatchObject({ tool: 'codex', form: 'command', applied: false });
    expect(home.snapshot().has('.codex')).toBe(false);
  });
});
