import type { Context } from '../context.ts';
import type { Backend } from '../credentials/backends/backend.ts';
import { backendIds, usualBackend } from '../credentials/backends/catalog.ts';
import { keyVariable } from '../credentials/key.ts';
import { MegallmError } from '../errors.ts';
import { findInstalled } from '../integrations/installed.ts';
import type { Tool } from '../integrations/integration.ts';
import { findTool, tools } from '../integrations/tools.ts';
import { exists } from '../system/files.ts';
import type { KeyInHand } from './key-in-hand.ts';
import type { SetupWish } from './wish.ts';

/** A place that can have the key: somewhere programs look, or an AI coding tool. */
export interface Target {
  readonly id: string;
  readonly title: string;
  /** Half a sentence: what it gives. */
  readonly detail: string;
  /** Chosen unless somebody says otherwise. */
  readonly usual: boolean;
  /** What stands against it now. */
  readonly obstacle?: string | undefined;
  readonly tool?: Tool;
  open(): Promise<Backend>;
}

/** The backends that were asked for, else the usual one, and the others that make sense on this machine. */
export async function findBackends(
  { locations, machine }: Context,
  { key }: KeyInHand,
  wish: SetupWish,
): Promise<Target[]> {
  const usual = usualBackend(machine);
  const wanted = wish.backends ?? (usual === undefined ? [] : [usual]);
  const ids = [...new Set([...wanted, ...backendIds])];
  const found = ids.map(async (id): Promise<Target[]> => {
    const open = () => locations.open(id, {});
    const target = { id, title: id, usual: wanted.includes(id), open };
    try {
      const backend = await open();
      if (!target.usual && !isOffered(id, backend.path, machine)) return [];
      const isSet = (await backend.find([keyVariable])).at(-1)?.value?.equals(key) === true;
      const detail = isSet ? 'has the key already' : backend.activation().message;
      return [
        { ...target, detail, usual: target.usual || isSet, obstacle: (await backend.probe())?.message },
      ];
    } catch (error) {
      if (!(error instanceof MegallmError)) throw error;
      if (!target.usual) return [];
      if (error.code === 'usage') throw error;
      return [{ ...target, detail: '', obstacle: error.message }];
    }
  });
  return (await Promise.all(found)).flat();
}

/** A shell is offered where it has a startup file, `.env` in a project's folder, anything else only when asked for. */
function isOffered(id: string, path: string, { cwd, home }: Context['machine']): boolean {
  return id === 'dotenv' ? cwd !== home : exists(path);
}

/** The AI coding tools: those that were asked for, else the installed ones, and the others. */
export function findTools(context: Context, hand: KeyInHand, wish: SetupWish): Promise<Target[]> {
  const asked = wish.tools?.map(findTool);
  const found = tools.map(async (tool): Promise<Target> => {
    const installed = findInstalled(tool, context.machine);
    const usual = asked ? asked.includes(tool) : installed !== undefined;
    const version = installed ? (installed.version ?? 'installed') : 'not installed';
    const how = tool.asksCommand ? 'asks megallm for the key' : tool.plainForm;
    return {
      id: tool.id,
      title: tool.title,
      detail: `${version} · ${how}`,
      usual,
      obstacle: usual ? await obstacleTo(context, hand, wish, tool) : undefined,
      tool,
      open: () => openTool(context, hand, wish, tool),
    };
  });
  return Promise.all(found);
}

async function obstacleTo(
  context: Context,
  { service, key, verified }: KeyInHand,
  { project }: SetupWish,
  tool: Tool,
): Promise<string | undefined> {
  if (project && !tool.perProject) return notPerProject(tool).message;
  if (verified === undefined) return undefined;
  try {
    const { mustServe } = await import('../integrations/endpoints.ts');
    await mustServe(tool, await context.http(), service, key);
    return undefined;
  } catch (error) {
    if (error instanceof MegallmError) return error.message;
    throw error;
  }
}

async function openTool(
  { locations }: Context,
  { profile, service, verified }: KeyInHand,
  { project }: SetupWish,
  tool: Tool,
): Promise<Backend> {
  if (project && !tool.perProject) throw notPerProject(tool);
  const models = (verified?.models ?? []).map(({ id }) => id);
  const form = tool.asksCommand ? 'command' : 'plain';
  return locations.openTool(tool.id, {
    newLink: { profile, gateway: service.gateway, form, project, models },
  });
}

function notPerProject({ id, title }: Tool): MegallmError {
  return new MegallmError('usage', `${title} takes no provider from a project's settings.`, [
    `megallm link ${id}   (for all your projects)`,
  ]);
}
