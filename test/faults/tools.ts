import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Run, Situation } from './fault.ts';

/** Links a tool that is there, as far as anybody looks. */
async function linked({ home, run }: Situation, tool: 'claude' | 'codex' | 'opencode'): Promise<Run> {
  home.write(`bin/${tool}`, '#!/bin/sh\necho 1.2.3\n', 0o755);
  const { exitCode, stderr } = await run(['link', tool]);
  if (exitCode !== 0) throw new Error(stderr);
  return { env: { PATH: `${join(home.path, 'bin')}:${process.env.PATH}` } };
}

function edited({ home }: Situation, file: string, change: (text: string) => string): void {
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
    check: 'location:claude:',
    status: 'fail',
    says: 'env.ANTHROPIC_BASE_URL is not as megallm wrote it',
    fix: /^megallm link claude --yes/,
    async seed(situation) {
      const run = await linked(situation, 'claude');
      edited(situation, claude, (text) =>
        text.replace(/"ANTHROPIC_BASE_URL": "[^"]*"/, '"ANTHROPIC_BASE_URL": "https://other.example"'),
      );
      return run;
    },
  },
  {
    name: 'a base URL that is gone from Claude Code',
    check: 'location:claude:',
    status: 'fail',
    says: 'env.ANTHROPIC_BASE_URL is not as megallm wrote it',
    fix: 'megallm link claude',
    fixes: true,
    async seed(situation) {
      const run = await linked(situation, 'claude');
      edited(situation, claude, (text) => text.replace(/ *"ANTHROPIC_BASE_URL": "[^"]*",\n/, ''));
      return run;
    },
  },
  {
    name: 'another key command in Claude Code',
    check: 'location:claude:',
    status: 'fail',
    says: 'apiKeyHelper is not as megallm wrote it',
    fix: /^megallm link claude --yes/,
    async seed(situation) {
      const run = await linked(situation, 'claude');
      edited(situation, claude, (text) =>
        text.replace(/"apiKeyHelper": "[^"]*"/, '"apiKeyHelper": "cat ~/key"'),
      );
      return run;
    },
  },
  {
    name: 'settings that Claude Code cannot read',
    check: 'location:claude:',
    status: 'fail',
    says: /cannot read .*settings\.json: line \d+, column \d+/,
    fix: /^Mend it/,
    async seed(situation) {
      const run = await linked(situation, 'claude');
      edited(situation, claude, (text) => text.replace('{', '{ // a comment'));
      return run;
    },
  },
  {
    name: 'a key command that leads nowhere',
    check: 'key-command:claude:',
    status: 'fail',
    says: /its key command gives no key: .*not found/,
    fix: 'megallm link claude',
    async seed(situation) {
      const run = await linked(situation, 'claude');
      edited(situation, claude, (text) =>
        text.replace(/"apiKeyHelper": "\S+/, '"apiKeyHelper": "/gone/node'),
      );
      return run;
    },
  },
  {
    name: 'a project that picks another key for Claude Code',
    check: 'location:claude:',
    status: 'warn',
    says: /\.claude\/settings\.local\.json:1 sets env\.ANTHROPIC_AUTH_TOKEN, which wins/,
    fix: /^Take it out there/,
    async seed(situation) {
      const run = await linked(situation, 'claude');
      const cwd = join(situation.home.path, 'project');
      situation.home.write(
        'project/.claude/settings.local.json',
        '{"env":{"ANTHROPIC_AUTH_TOKEN":"another"}}',
      );
      return { ...run, cwd };
    },
  },
  {
    name: 'a tool that is not installed',
    check: 'location:codex:',
    status: 'warn',
    says: 'linked, and codex is not installed',
    fix: 'megallm link codex --install',
    async seed(situation) {
      await linked(situation, 'codex');
      rmSync(join(situation.home.path, 'bin'), { recursive: true });
      return undefined;
    },
  },
  {
    name: 'a base URL that was edited in Codex',
    check: 'location:codex:',
    status: 'fail',
    says: 'model_providers.megallm is not as megallm wrote it',
    fix: /^megallm link codex --yes/,
    async seed(situation) {
      const run = await linked(situation, 'codex');
      edited(situation, '.codex/config.toml', (text) =>
        text.replace(/base_url = "[^"]*"/, 'base_url = "https://other.example/v1"'),
      );
      return run;
    },
  },
  {
    name: 'settings that Codex cannot read',
    check: 'location:codex:',
    status: 'fail',
    says: /cannot read .*config\.toml: line \d+/,
    fix: /^Mend it/,
    async seed(situation) {
      const run = await linked(situation, 'codex');
      edited(situation, '.codex/config.toml', (text) => `${text}\n[[[\n`);
      return run;
    },
  },
  {
    name: 'an endpoint that the service has no more',
    check: 'route:codex:',
    status: 'fail',
    says: 'Codex talks to POST /v1/responses alone, and the service answers 404 there',
    fix: /^Link another tool/,
    async seed(situation) {
      const run = await linked(situation, 'codex');
      situation.sandbox.servesResponses = false;
      return run;
    },
  },
  {
    name: 'another key in OpenCode',
    check: 'location:opencode:',
    status: 'fail',
    says: /^holds another key: sk-mega-9999…9999/,
    fix: /^megallm link opencode --yes/,
    async seed(situation) {
      const run = await linked(situation, 'opencode');
      edited(situation, '.local/share/opencode/auth.json', (text) =>
        text.replace(/sk-mega-\w+/, `sk-mega-${'9'.repeat(64)}`),
      );
      return run;
    },
  },
];
