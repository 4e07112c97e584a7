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
    tryOut: async (http, service, key) => {
      const { mustServeResponses } = await import('./responses.ts');
      await mustServeResponses(http, service, key);
    },
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
