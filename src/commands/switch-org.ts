import { replacedPlaces, reportChange } from '../change-report.ts';
import { consentOf } from '../consent.ts';
import type { Context } from '../context.ts';
import { chooseOtherOrganisation, whichOrganisation } from '../credentials/choose-organisation.ts';
import { presentKey, switchOrganisation } from '../credentials/switch-organisation.ts';
import { MegallmError } from '../errors.ts';
import type { Report } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';

/** Gives the profile the key of another organisation, and keeps the one that it had. */
export async function run(context: Context, { id }: { readonly id?: string }): Promise<Report> {
  const { flags, keys, locations, machine, profiles, prompts } = context;
  const profile = profiles.choose(context.namedProfile);
  if (id === undefined && (!prompts.interactive || flags.dryRun)) throw whichOrganisation();
  const http = await context.http();
  const present = await presentKey({ keys, profiles, http }, profile);
  const wanted = await chooseOtherOrganisation({ http, profiles, prompts }, present, id);
  const { name, id: org } = wanted;
  const data = { profile, organisation: wanted, previous: present.organisation };
  if (org === present.organisation.id) {
    const talk = [{ label: `Profile ${profile} has a key for ${name} in use already` }];
    return { data: { ...data, key: present.key, made: false, applied: false, changes: [] }, talk };
  }
  const tools = {
    changes: await context.changes(),
    http,
    keys,
    locations,
    machine,
    profiles,
    dryRun: flags.dryRun,
  };
  const { change, key, made, replacement } = await switchOrganisation(tools, present, wanted, {
    ...consentOf(context),
    async agreeToMake(keptIsRefused) {
      const fact = keptIsRefused
        ? `The service refuses the key that profile ${profile} keeps for ${name}.`
        : `Profile ${profile} has no key for ${name}.`;
      const noYes = () =>
        new MegallmError('usage', fact, [`megallm switch-org ${org} --yes   (to make one)`]);
      if (!(await prompts.agree(`${fact} Make one?`, noYes)))
        throw new MegallmError('cancelled', 'No key was made, and nothing was changed.');
    },
  });
  const places = replacedPlaces(replacement, machine.home);
  return reportChange(change, machine.home, { ...data, key, made, ...places.data }, [
    ...(made ? [{ mark: 'ok', label: 'Key created', detail: String(key) } as const] : []),
    { mark: 'ok', label: 'Organisation', detail: `${name} (before: ${present.organisation.name}) · ${key}` },
    ...places.lines,
    ...(await overridden(context)),
  ]);
}

/** The environment's key goes on to win in this terminal. */
async function overridden({ keys, namedProfile }: Context): Promise<Line[]> {
  const active = await keys.findActive(namedProfile);
  if (active?.source !== 'environment') return [];
  return [
    {
      mark: 'warn',
      label: 'Another key is in use here',
      detail: active.why,
      next: ['unset MEGALLM_API_KEY'],
    },
  ];
}
