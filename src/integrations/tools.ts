import { MegallmError } from '../errors.ts';
import type { Tool } from './integration.ts';

/** The AI coding tools that can be linked, in the order in which they are shown. */
export const tools: readonly Tool[] = [
  {
    id: 'claude',
    aliases: ['claude-code'],
    title: 'Claude Code',
    program: 'claude',
    package: '@anthropic-ai/claude-code',
    perProject: true,
    asksCommand: true,
    plainForm: 'holds the key in its own settings',
    endpoint: '/v1/messages',
  },
  {
    id: 'codex',
    aliases: [],
    title: 'Codex',
    program: 'codex',
    package: '@openai/codex',
    // A project's own config.toml may not set a provider.
    perProject: false,
    asksCommand: true,
    plainForm: 'takes the key from MEGALLM_API_KEY',
    endpoint: '/v1/responses',
  },
  {
    id: 'opencode',
    aliases: [],
    title: 'OpenCode',
    program: 'opencode',
    package: 'opencode-ai',
    perProject: true,
    asksCommand: false,
    plainForm: 'keeps the key in plain text, in a file that only you can read',
    endpoint: '/v1/chat/completions',
  },
];

/** Throws `usage` for a tool that megallm does not know. */
export function findTool(name: string): Tool {
  const tool = tools.find(({ id, aliases }) => id === name || aliases.includes(name));
  if (tool) return tool;
  throw new MegallmError(
    'usage',
    `There is no tool ${JSON.stringify(name)} that megallm can link.`,
    `Tools: ${tools.map(({ id }) => id).join(', ')}`,
  );
}
