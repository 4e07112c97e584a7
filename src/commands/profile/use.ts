import { replacedPlaces, reportChange } from '../../change-report.ts';
import { consentOf } from '../../consent.ts';
import type { Context } from '../../context.ts';
import { namedOnce } from '../../credentials/named-profile.ts';
import { useProfile } from '../../credentials/use-profile.ts';
import type { Report } from '../../terminal/output.ts';
import type { Line } from '../../terminal/theme.ts';

/** Makes a profile the current one, for megallm and at every place that holds the key of the one before it. */
export async function run(context: Context, { name = '' }: { readonly name?: string }): Promise<Report> {
  const { keys, locations, machine, profiles } = context;
  namedOnce(name, context.flags.profile);
  const sources = { changes: await context.changes(), keys, locations, profiles };
  const { change, previous, replacement } = await useProfile(sources, name, consentOf(context));
  const places = replacedPlaces(replacement, machine.home);
  const report = reportChange(change, machine.home, { profile: name, previous, ...places.data }, [
    previous === name
      ? { label: `Profile ${name} is the current one already` }
      : { mark: 'ok', label: 'Current profile', detail: `${name} (before: ${previous})` },
    ...places.lines,
    ...overridden(context, name),
  ]);
  if (!change.dryRun || previous === name) return report;
  return { ...report, talk: [{ label: 'Would be the current profile', detail: name }] };
}

/** In a terminal where MEGALLM_PROFILE is set it goes on to decide. */
function overridden({ machine }: Context, name: string): Line[] {
  const named = machine.env.MEGALLM_PROFILE;
  if (!named || named === name) return [];
  return [
    { mark: 'warn', label: `MEGALLM_PROFILE still says ${named} here`, next: ['unset MEGALLM_PROFILE'] },
  ];
}
