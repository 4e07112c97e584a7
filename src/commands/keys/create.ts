import { hostname } from 'node:os';
import { reportChange } from '../../change-report.ts';
import { consentOf, storageWish } from '../../consent.ts';
import type { Context } from '../../context.ts';
import { chooseStorage } from '../../credentials/choose-storage.ts';
import { chooseOrganisation, dashboardGuide, makeKey } from '../../credentials/create-key.ts';
import { exportedVariables } from '../../credentials/exported.ts';
import { keyVariable } from '../../credentials/key.ts';
import { neverLose } from '../../credentials/recovery.ts';
import type { ActiveKey } from '../../credentials/store.ts';
import { prepareWrites } from '../../credentials/writes.ts';
import { MegallmError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import type { Report } from '../../terminal/output.ts';
import { run as login } from '../login.ts';

interface Options {
  readonly name?: string;
  readonly org?: string;
  readonly activate?: boolean;
  readonly print?: boolean;
  readonly to?: readonly string[];
  readonly file?: string;
  readonly insecureStorage?: boolean;
}

/** Makes a new key through the API; where nobody is signed in, takes one that was made in the dashboard. */
export async function run(context: Context, options: Options): Promise<Report> {
  const active = await context.keys.findActive(context.namedProfile);
  if (active === undefined) return paste(context, options);
  const { keys, locations, machine, profiles } = context;
  const changes = await context.changes();
  const { profile } = active;
  const storage = (await activates(context, options, profile))
    ? await chooseStorage(profile, context, storageWish(context, options.insecureStorage === true))
    : undefined;
  const backends = await Promise.all((options.to ?? []).map((id) => locations.open(id, options)));
  const writes = await prepareWrites(backends, [keyVariable], {}, consentOf(context));
  const key = context.flags.dryRun ? placeholder : await make(context, active, options);
  const isKnown = profiles.knownKeys();
  const isOurKey = (fingerprint: string) => fingerprint === key.fingerprint || isKnown(fingerprint);
  const change = await neverLose(key, machine, () =>
    changes.make({ command: 'keys create', profile, isOurKey }, async (draft) => {
      const record = { origin: 'obtained', service: active.service } as const;
      if (storage) await keys.planStore(draft, profile, key, { ...record, storage });
      for (const write of writes) await locations.planWrite(draft, profile, write, exportedVariables(key));
    }),
  );
  const data = {
    profile,
    key: options.print ? key.reveal() : key,
    name: nameOf(options),
    activated: storage !== undefined,
  };
  const report = reportChange(change, machine.home, data, [
    { mark: 'ok', label: 'Key created', detail: `${key} · ${nameOf(options)}` },
  ]);
  if (!options.print || change.dryRun) return report;
  return { ...report, raw: `${key.reveal()}\n`, keep: (show) => neverLose(key, machine, show) };
}

/** Stands in a dry run for the key that would be made. */
const placeholder = new Secret(`sk-mega-${'0'.repeat(64)}`);

async function paste(context: Context, { insecureStorage = false }: Options): Promise<Report> {
  await context.output.say([
    { label: 'Nobody is signed in, so the key has to come from the dashboard', next: dashboardGuide },
  ]);
  if (context.prompts.interactive) return login(context, { withKey: true, insecureStorage });
  throw new MegallmError('not-signed-in', 'Making a key takes a key, and there is none.', dashboardGuide);
}

/** A new key takes the active one's place only when that was asked for, or when there is none. */
async function activates(
  { flags, profiles, prompts }: Context,
  options: Options,
  profile: string,
): Promise<boolean> {
  if (options.activate) return true;
  if (options.print || (options.to ?? []).length > 0) return false;
  if (profiles.read(profile).key === undefined || flags.dryRun) return true;
  return prompts.confirm(`Make the new key the one that profile ${profile} uses?`, () => {
    return new MegallmError('usage', `Profile ${profile} has a key already: say what the new one is for.`, [
      '--activate   (to use it in place of the old one)',
      '--print   (to print it)',
      '--to BACKEND   (to write it somewhere)',
    ]);
  });
}

async function make({ http, profiles }: Context, active: ActiveKey, options: Options): Promise<Secret> {
  const client = await http();
  const org = await chooseOrganisation(client, active, options.org, profiles.read(active.profile));
  return (await makeKey(client, active, { name: nameOf(options), org })).key;
}

function nameOf({ name = `megallm@${hostname()}` }: Options): string {
  return name;
}
