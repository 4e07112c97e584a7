import { nothingToDo, reportChange } from '../../change-report.ts';
import type { Context } from '../../context.ts';
import { allVariables } from '../../credentials/exported.ts';
import type { Location } from '../../credentials/profiles.ts';
import type { Report } from '../../terminal/output.ts';

interface Options {
  readonly to?: readonly string[];
  readonly file?: string;
  readonly service?: string;
}

/** Takes out what `env write` wrote: at the places that `--to` names, else everywhere the profile remembers. */
export async function run(context: Context, options: Options): Promise<Report> {
  const { profiles, locations, machine } = context;
  const changes = await context.changes();
  const profile = profiles.choose(context.namedProfile);
  const chosen = options.to
    ? await named(context, profile, options)
    : // Tools have a command of their own: unlink.
      locations.remembered(profile).filter(({ link }) => link === undefined);
  const note = { command: 'env remove', profile, isOurKey: profiles.knownKeys() };
  const change = await changes.make(note, async (draft) => {
    for (const location of chosen) await locations.planRemoval(draft, profile, location);
  });
  const removed = chosen.map(({ backend, path }) => ({ backend, path }));
  return reportChange(change, machine.home, { profile, removed }, nothingToDo(change));
}

/** A place that is not remembered may still hold lines of ours: written by another copy of this home, say. */
async function named(
  context: Context,
  profile: string,
  { to = [], file, service }: Options,
): Promise<Location[]> {
  const remembered = context.locations.remembered(profile);
  const found: Location[] = [];
  for (const id of to) {
    const target = { ...(file !== undefined && { file }), ...(service !== undefined && { service }) };
    const place = await context.locations.open(id, target);
    const known = remembered.find(
      ({ backend, path, service: part }) => backend === id && path === place.path && part === place.service,
    );
    const part = place.service === undefined ? {} : { service: place.service };
    found.push(known ?? { backend: id, path: place.path, variables: allVariables, made: [], ...part });
  }
  return found;
}
