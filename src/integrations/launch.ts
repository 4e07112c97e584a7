import { parse } from 'jsonc-parser';
import { keyVariable } from '../credentials/key.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { Machine, Variables } from '../system/machine.ts';
import { shellLine } from './claude-settings.ts';
import type { ToolId } from './integration.ts';
import { isObject, jsonProblem } from './json-members.ts';
import { chatModels } from './models.ts';
import { openCodeModels, openCodeProvider } from './opencode-settings.ts';

/** With what a tool is started through MegaLLM. */
export interface LaunchWish {
  readonly gateway: string;
  readonly key: Secret;
  /** What prints the key, while megallm waits for the tool to end. */
  readonly keyCommand: readonly [string, ...string[]];
  /** What the key can use. */
  readonly models: readonly string[];
  /** The one that was asked for. */
  readonly model: string | undefined;
  readonly machine: Machine;
}

/** What comes before the user's own arguments, and on top of the environment. No argument holds the key. */
export interface Overrides {
  readonly args: readonly string[];
  readonly env: Variables;
}

const launches: Readonly<Record<ToolId, (wish: LaunchWish) => Overrides>> = {
  claude: ({ gateway, keyCommand, model, machine }) => {
    const settings = {
      apiKeyHelper: shellLine(keyCommand, machine),
      env: {
        ANTHROPIC_BASE_URL: gateway,
        // Those of the shell and of other settings would go out beside the helper's, or lead elsewhere.
        ...empty('ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'),
        ...empty('CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'CLAUDE_CODE_USE_FOUNDRY'),
        CLAUDE_CODE_API_KEY_HELPER_TTL_MS: '300000',
        CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
      },
    };
    const choice = model === undefined ? [] : ['--model', model];
    return { args: ['--settings', JSON.stringify(settings), ...choice], env: {} };
  },
  codex: ({ gateway, keyCommand: [command, ...args], model }) => {
    // A name of its own: one that a linked configuration has would be merged with what is there.
    const auth = `{command=${toml(command)},args=[${args.map(toml).join(',')}],timeout_ms=5000,refresh_interval_ms=300000}`;
    const provider = `{name="MegaLLM",base_url=${toml(`${gateway}/v1`)},wire_api="responses",auth=${auth}}`;
    const settings = [
      'model_provider="megallm-launch"',
      `model_providers.megallm-launch=${provider}`,
      ...(model === undefined ? [] : [`model=${toml(model)}`]),
    ];
    return { args: settings.flatMap((setting) => ['-c', setting]), env: {} };
  },
  opencode: ({ gateway, key, models, model, machine }) => {
    const own = ownContent(machine.env);
    const provider = openCodeProvider(gateway, models);
    const options = { ...provider.options, apiKey: `{env:${keyVariable}}` };
    const content = {
      ...own,
      ...openCodeModels(models, model),
      provider: { ...(isObject(own.provider) && own.provider), megallm: { ...provider, options } },
    };
    return {
      args: [],
      env: { OPENCODE_CONFIG_CONTENT: JSON.stringify(content), [keyVariable]: key.reveal() },
    };
  },
};

export function overridesFor(tool: ToolId, wish: LaunchWish): Overrides {
  return launches[tool](wish);
}

/** The model that is meant: by its whole name, or a part that only one has. Throws `usage`. */
export function findModel(asked: string, all: readonly string[]): string {
  if (all.includes(asked)) return asked;
  const models = chatModels(all);
  const fitting = models.filter((model) => model.toLowerCase().includes(asked.toLowerCase()));
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return only;
  const name = JSON.stringify(asked);
  if (only === undefined)
    throw new MegallmError('usage', `The key can use no model ${name}.`, [`Models: ${models.join(', ')}`]);
  throw new MegallmError('usage', `Several models have ${name} in their names.`, [
    `Models: ${fitting.join(', ')}`,
  ]);
}

function empty(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, '']));
}

/** A string of TOML is one of JSON but for DEL, which no path or address of ours holds. */
function toml(text: string): string {
  return JSON.stringify(text);
}

/** What the user has put into the same variable. */
function ownContent({ OPENCODE_CONFIG_CONTENT: text }: Variables): Record<string, unknown> {
  if (!text) return {};
  const value = jsonProblem(text, true) ? undefined : parse(text, [], { allowTrailingComma: true });
  if (isObject(value)) return value;
  throw new MegallmError(
    'unparsable',
    'OPENCODE_CONFIG_CONTENT holds no JSON object, so OpenCode cannot read it.',
    ['unset OPENCODE_CONFIG_CONTENT'],
  );
}
