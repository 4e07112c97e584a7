import { nothingToDo, reportChange } from '../change-report.ts';
import type { Context } from '../context.ts';
import { keyVariable } from '../credentials/key.ts';
import { findTool } from '../integrations/tools.ts';
import type { Report } from '../terminal/output.ts';

interface Options {
  readonly tool?: string;
}

/** Takes out what `link` wrote, in the user's settings and in every project that the profile remembers. */
export async function run(context: Context, options: Options): Promise<Report> {
  const { locations, machine, profiles } = context;
  const tool = findTool(options.tool ?? '');
  const changes = await context.changes();
  const profile = profiles.choose(context.namedProfile);
  const remembered = locations.remembered(profile).filter(({ backend }) => backend === tool.id);
  // What is not remembered may still be there: written by another copy of this home, say.
  const { path } = await locations.openTool(tool.id, {});
  const usual = { backend: tool.id, path, variables: [keyVariable], made: [] };
  const chosen = remembered.length > 0 ? remembered : [usual];
  const note = { command: `unlink ${tool.id}`, profile, isOurKey: profiles.knownKeys() };
  const change = await changes.make(note, async (draft) => {
    for (const location of chosen) await locations.planRemoval(draft, profile, location);
  });
  const removed = chosen.map(({ path: from }) => from);
  return reportChange(change, machine.home, { tool: tool.id, profile, removed }, nothingToDo(change));
}
