import { reportChange, shortened } from '../../change-report.ts';
import { consentOf } from '../../consent.ts';
import type { Context } from '../../context.ts';
import { useProfile } from '../../credentials/use-profile.ts';
import { MegallmError } from '../../errors.ts';
import type { Report } from '../../terminal/output.ts';
import type { Line } from '../../terminal/theme.ts';

/** Makes a profile the current one, for megallm and at every place that holds the key of the one before it. */
export async function run(context: Context, { name }: { readonly name: string }): Promise<Report> {
  const { flags, keys, locations, machine, profiles } = context;
  if (flags.profile !== undefined && flags.profile !== name) throw twoNames(name);
  const sources = { changes: await context.changes(), keys, locations, profiles };
  const { change, previous, replacement } = await useProfile(sources, name, consentOf(context));
  const { held, unreadable } = replacement;
  const activations = held.map(({ write: { backend } }) => ({
    backend: backend.id,
    ...backend.activation(),
  }));
  const data = {
    profile: name,
    previous,
    to: activations,
    unreadable: unreadable.map(({ backend, path }) => ({ backend, path })),
  };
  const report = reportChange(change, machine.home, data, [
    previous === name
      ? { label: `Profile ${name} is the current one already` }
      : { mark: 'ok', label: 'Current profile', detail: `${name} (before: ${previous})` },
    ...activations.map(({ backend, message, command }) => ({
      label: `${backend}: ${message}`,
      ...(command && { next: [command] }),
    })),
    ...unreadable.map(
      ({ path }): Line => ({
        mark: 'warn',
        label: 'Cannot be read, left as it is',
        place: shortened(path, machine.home),
        next: ['megallm doctor'],
      }),
    ),
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

function twoNames(name: string): MegallmError {
  return new MegallmError('usage', 'This command takes the profile as its argument, not by --profile.', [
    `megallm profile use ${name}`,
  ]);
}
