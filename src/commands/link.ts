import { nothingToDo, reportChange } from '../change-report.ts';
import { consentOf } from '../consent.ts';
import type { Context } from '../context.ts';
import { exportedVariables } from '../credentials/exported.ts';
import { keyVariable } from '../credentials/key.ts';
import type { ActiveKey } from '../credentials/store.ts';
import { prepareWrites } from '../credentials/writes.ts';
import { MegallmError } from '../errors.ts';
import { install } from '../integrations/install.ts';
import { findInstalled } from '../integrations/installed.ts';
import type { Tool } from '../integrations/integration.ts';
import { keyForTool, type LinkWish, tryForTool } from '../integrations/new-link.ts';
import { findTool } from '../integrations/tools.ts';
import type { Report } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';

interface Options {
  readonly tool?: string;
  readonly project?: boolean;
  readonly plainKey?: boolean;
  readonly install?: boolean;
}

/** Makes an AI coding tool use MegaLLM with the profile's key. */
export async function run(context: Context, options: Options): Promise<Report> {
  const { flags, keys, locations, machine, profiles } = context;
  const wish = wishFor(context, options);
  const { tool, profile, project, form } = wish;
  const changes = await context.changes();
  const active = await keyForTool(keys, wish);
  const { models, doubts } = await tryForTool(await context.http(), wish, active);
  const newLink = { profile, gateway: keys.gatewayOf(active), form, project, models };
  const backend = await locations.openTool(tool.id, { newLink });
  const consent = consentOf(context);
  const writes = await prepareWrites([backend], () => [keyVariable], {}, consent);
  if (options.install && !flags.dryRun && !findInstalled(tool, machine)) await install(tool, machine);
  const note = { command: `link ${tool.id}`, profile, isOurKey: profiles.knownKeys() };
  let written: ActiveKey | undefined;
  const change = await changes.make(note, async (draft) => {
    // Under the lock, so that a login or logout meanwhile is seen.
    written = await keyForTool(keys, wish);
    for (const write of writes)
      await locations.planWrite(draft, profile, write, exportedVariables(written.key));
  });
  const strays = [...doubts, ...((await backend.strays?.()) ?? [])];
  for (const stray of strays) await consent.warn(stray);
  const activation = backend.activation();
  const installed = findInstalled(tool, machine);
  const data = { tool: tool.id, profile, form, key: written?.key, installed: installed ?? null, strays };
  return reportChange(change, machine.home, data, [
    ...nothingToDo(change),
    linked(tool, form, installed?.version),
    ...(installed ? [] : [notInstalled(tool)]),
    {
      label: `${tool.title}: ${activation.message}`,
      ...(activation.command && { next: [activation.command] }),
    },
  ]);
}

function wishFor({ namedProfile, profiles }: Context, options: Options): LinkWish {
  const tool = findTool(options.tool ?? '');
  const { project = false, plainKey = false } = options;
  if (project && !tool.perProject) {
    throw new MegallmError('usage', `${tool.title} takes no provider from a project's settings.`, [
      `megallm link ${tool.id}   (for all your projects)`,
    ]);
  }
  const form = plainKey || !tool.asksCommand ? 'plain' : 'command';
  return { tool, profile: profiles.choose(namedProfile), named: namedProfile, project, form };
}

function linked({ title, plainForm }: Tool, form: LinkWish['form'], version: string | undefined): Line {
  const how = form === 'command' ? 'asks megallm for the key' : plainForm;
  return { mark: 'ok', label: title, detail: [version, how].filter(Boolean).join(' · ') };
}

function notInstalled({ id, title }: Tool): Line {
  return { mark: 'warn', label: `${title} is not installed`, next: [`megallm link ${id} --install`] };
}
