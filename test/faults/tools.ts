import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Healthy, Seeded } from './fault.ts';

/** Links a tool that is there, as far as anybody looks. */
async function linked({ home, run }: Healthy, tool: 'claude' | 'codex' | 'opencode'): Promise<Seeded> {
  home.write(`bin/${tool}`, '#!/bin/sh\necho 1.2.3\n', 0o755);
  const { exitCode, stderr } = await run(['link', tool]);
  if (exitCode !== 0) throw new Error(stderr);
  return { env: { PATH: `${join(home.path, 'bin')}:${process.env.PATH}` } };
}

function edited({ home }: Healthy, file: string, change: (text: string) => string): void {
  const before = home.read(file).toString();
  const after = change(before);
  if (after === before) throw new Error(`${file} is as it was.`);
  home.write(file, after, 0o600);
}

const claude = '.claude/settings.json';

/** AI coding tools that are linked. */
export const toolFaults: readonly Fault[] = [
  {
    name: 'a base URL that was edited in Claude Code',
    fixes: true,
    check: 'location:claude:~/.claude/settings.json',
    status: 'fail',
    says: 'env.ANTHROPIC_BASE_URL is not as megallm wrote it',
    next: /^megallm link claude --yes/,
    async seed(healthy) {
      const run = await linked(healthy, 'claude');
      edited(healthy, claude, (text) =>
        text.replace(/"ANTHROPIC_BASE_URL": "[^"]*"/, '"ANTHROPIC_BASE_URL": "https://other.example"'),
      );
      return run;
    },
  },
  {
    name: 'a base URL that is gone from Claude Code',
    fixes: true,
    check: 'location:claude:~/.claude/settings.json',
    status: 'fail',
    says: 'env.ANTHROPIC_BASE_URL is not as megallm wrote it',
    next: 'megallm link claude',
    async seed(healthy) {
      const run = await linked(healthy, 'claude');
      edited(healthy, claude, (text) => text.replace(/ *"ANTHROPIC_BASE_URL": "[^"]*",\n/, ''));
      return run;
    },
  },
  {
    name: 'another key command in Claude Code',
    fixes: true,
    check: 'location:claude:~/.claude/settings.json',
    status: 'fail',
    says: 'apiKeyHelper is not as megallm wrote it',
    next: /^megallm link claude --yes/,
    async seed(healthy) {
      const run = await linked(healthy, 'claude');
      edited(healthy, claude, (text) =>
        text.replace(/"apiKeyHelper": "[^"]*"/, '"apiKeyHelper": "cat ~/key"'),
      );
      return run;
    },
  },
  {
    name: 'settings that Claude Code cannot read',
    check: 'location:claude:~/.claude/settings.json',
    status: 'fail',
    says: /cannot read .*settings\.json: line \d+, column \d+/,
    next: /^Mend it/,
    async seed(healthy) {
      const run = await linked(healthy, 'claude');
      edited(healthy, claude, (text) => text.replace('{', '{ // a comment'));
      return run;
    },
  },
  {
    name: 'a key command that leads nowhere by now',
    check: 'key-command:claude:~/.claude/settings.json',
    status: 'fail',
    says: /its key command gives no key: .*not found/,
    next: 'megallm link claude',
    async seed(healthy) {
      const run = await linked(healthy, 'claude');
      // As megallm wrote it, by a Node that has gone since.
      const gone = (text: string) => text.replaceAll(JSON.stringify(process.execPath), '"/gone/node"');
      edited(healthy, '.megallm/profiles/default/profile.json', gone);
      edited(healthy, claude, (text) => text.replace(process.execPath, '/gone/node'));
      return run;
    },
  },
  {
    name: 'a key command that does more than to ask for the key',
    fixes: true,
    check: 'location:claude:~/.claude/settings.json',
    status: 'fail',
    says: 'apiKeyHelper is not as megallm wrote it',
    next: /^megallm link claude --yes/,
    async seed(healthy) {
      const run = await linked(healthy, 'claude');
      edited(healthy, claude, (text) => text.replace('"apiKeyHelper": "', '"apiKeyHelper": "touch ~/run; '));
      return run;
    },
  },
  {
    name: 'a project that picks another key for Claude Code',
    check: 'location:claude:~/.claude/settings.json',
    status: 'warn',
    says: /\.claude\/settings\.local\.json:1 sets env\.ANTHROPIC_AUTH_TOKEN, which wins/,
    next: /^Take it out there/,
    async seed(healthy) {
      const run = await linked(healthy, 'claude');
      const cwd = join(healthy.home.path, 'project');
      healthy.home.write('project/.claude/settings.local.json', '{"env":{"ANTHROPIC_AUTH_TOKEN":"another"}}');
      return { ...run, cwd };
    },
  },
  {
    name: 'a tool that is not installed',
    check: 'location:codex:~/.codex/config.toml',
    status: 'warn',
    says: 'linked, and codex is not installed',
    next: 'megallm link codex --install',
    async seed(healthy) {
      await linked(healthy, 'codex');
      rmSync(join(healthy.home.path, 'bin'), { recursive: true });
    },
  },
  {
    name: 'a base URL that was edited in Codex',
    fixes: true,
    check: 'location:codex:~/.codex/config.toml',
    status: 'fail',
    says: 'model_providers.megallm is not as megallm wrote it',
    next: /^megallm link codex --yes/,
    async seed(healthy) {
      const run = await linked(healthy, 'codex');
      edited(healthy, '.codex/config.toml', (text) =>
        text.replace(/base_url = "[^"]*"/, 'base_url = "https://other.example/v1"'),
      );
      return run;
    },
  },
  {
    name: 'settings that Codex cannot read',
    check: 'location:codex:~/.codex/config.toml',
    status: 'fail',
    says: /cannot read .*config\.toml: line \d+/,
    next: /^Mend it/,
    async seed(healthy) {
      const run = await linked(healthy, 'codex');
      edited(healthy, '.codex/config.toml', (text) => `${text}\n[[[\n`);
      return run;
    },
  },
  {
    name: 'an endpoint that the service has no more',
    check: 'route:codex',
    status: 'fail',
    says: 'Codex talks to POST /v1/responses alone, and the service answers 404 there',
    next: /^Link another tool/,
    async seed(healthy) {
      const run = await linked(healthy, 'codex');
      healthy.sandbox.servesResponses = false;
      return run;
    },
  },
  {
    name: 'a base URL that was edited in OpenCode',
    check: 'location:opencode:~/.config/opencode/opencode.json',
    status: 'fail',
    says: 'provider.megallm is not as megallm wrote it',
    next: /^megallm link opencode --yes/,
    async seed(healthy) {
      const run = await linked(healthy, 'opencode');
      edited(healthy, '.config/opencode/opencode.json', (text) =>
        text.replace(/"baseURL": "[^"]*"/, '"baseURL": "https://other.example/v1"'),
      );
      return run;
    },
  },
  {
    name: 'another key in OpenCode',
    fixes: true,
    check: 'location:opencode:~/.config/opencode/opencode.json',
    status: 'fail',
    says: /^holds another key: sk-mega-9999…9999/,
    next: /^megallm link opencode --yes/,
    async seed(healthy) {
      const run = await linked(healthy, 'opencode');
      edited(healthy, '.local/share/opencode/auth.json', (text) =>
        text.replace(/sk-mega-\w+/, `sk-mega-${'9'.repeat(64)}`),
      );
      return run;
    },
  },
];
