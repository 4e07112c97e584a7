import type { Context } from '../context.ts';
import type { ActiveKey } from '../credentials/store.ts';
import { MegallmError } from '../errors.ts';
import { findInstalled, type Installed } from '../integrations/installed.ts';
import type { Tool } from '../integrations/integration.ts';
import { keyArguments } from '../integrations/key-command.ts';
import { findModel, overridesFor } from '../integrations/launch.ts';
import { tryForTool } from '../integrations/new-link.ts';
import { findTool } from '../integrations/tools.ts';
import { runChild } from '../system/child.ts';
import type { Report } from '../terminal/output.ts';

interface Options {
  readonly tool?: string;
  readonly arguments?: readonly string[];
  readonly model?: string;
}

/** Starts an AI coding tool through MegaLLM for this once: its files stay as they are. */
export async function run(context: Context, options: Options): Promise<Report> {
  const { flags, keys, machine, namedProfile } = context;
  const tool = findTool(options.tool ?? '');
  const given = options.arguments ?? [];
  const { path, version } = mustBeInstalled(tool, findInstalled(tool, machine));
  refuseOwnSettings(tool, given);
  const active = await keys.active(namedProfile);
  const { models } = await tryForTool(await context.http(), { tool }, active);
  const model = options.model === undefined ? undefined : findModel(options.model, models);
  const { args, env } = overridesFor(tool.id, {
    gateway: keys.gatewayOf(active),
    key: active.key,
    keyCommand: [...context.program, ...askingFor(active)],
    models,
    model,
    machine,
  });
  const { profile, source } = active;
  const data = {
    tool: tool.id,
    version: version ?? null,
    profile,
    source,
    model: model ?? null,
    arguments: given,
  };
  if (flags.dryRun) {
    const detail = [path, ...args, ...given].join(' ');
    return { data, talk: [{ label: 'Would run', detail, place: Object.keys(env).join(', ') }] };
  }
  return { data, ending: await runChild([path, ...args, ...given], { ...machine.env, ...env }, machine) };
}

/** A key of the environment's reaches the command in the same way as it has reached us. */
function askingFor({ source, profile }: ActiveKey): readonly string[] {
  return source === 'environment' ? ['key', 'print'] : keyArguments(profile);
}

function mustBeInstalled({ id, title, package: name }: Tool, installed: Installed | undefined): Installed {
  if (installed) return installed;
  throw new MegallmError('not-found', `${title} is not installed, or not in PATH.`, [
    `npm install --global ${name}`,
    `megallm link ${id} --install   (to install it, and to have it use MegaLLM from then on)`,
  ]);
}

/** Claude Code takes one --settings, and that has to be ours. */
function refuseOwnSettings({ id, title }: Tool, given: readonly string[]): void {
  if (id !== 'claude' || !given.some((word) => /^--settings(=|$)/.test(word))) return;
  throw new MegallmError('usage', `${title} takes --settings once, and megallm needs it for the key.`, [
    'megallm link claude   (and start claude by itself, with settings of your own)',
  ]);
}
