import { nothingToDo, reportChange } from '../../change-report.ts';
import type { Context } from '../../context.ts';
import { allVariables } from '../../credentials/exported.ts';
import type { Location } from '../../credentials/profiles.ts';
import type { Report } from '../../terminal/output.ts';

interface Options {
  readonly to?: readonly string[];
  readonly file?: string;
}

/** Takes out what `env write` wrote: at the places that `--to` names, else everywhere the profile remembers. */
export async function run(context: Context, options: Options): Promise<Report> {
  const { profiles, locations, machine } = context;
  const changes = await context.changes();
  const profile = profiles.choose(context.namedProfile);
  const chosen = options.to ? await named(context, profile, options) : locations.remembered(profile);
  const note = { command: 'env remove', profile, isOurKey: profiles.knownKeys() };
  const change = await changes.make(note, async (draft) => {
    for (const location of chosen) await locations.planRemoval(draft, profile, location);
  });
  const removed = chosen.map(({ backend, path }) => ({ backend, path }));
  return reportChange(change, machine.home, { profile, removed }, nothingToDo(change));
}

/** A place that is not remembered may still hold lines of ours: written by another copy of this home, say. */
async function named(context: Context, profile: string, { to = [], file }: Options): Promise<Location[]> {
  const remembered = context.locations.remembered(profile);
  const found: Location[] = [];
  for (const id of to) {
    const { path } = await context.locations.open(id, file === undefined ? {} : { file });
    const known = remembered.find((location) => location.backend === id && location.path === path);
    found.push(known ?? { backend: id, path, variables: allVariables, made: [] });
  }
  return found;
}
