import { hostname } from 'node:os';
import { reportChange, stalePlaces } from '../../change-report.ts';
import { consentOf, storageWish } from '../../consent.ts';
import type { Context } from '../../context.ts';
import type { Backend } from '../../credentials/backends/backend.ts';
import { chooseStorage } from '../../credentials/choose-storage.ts';
import { chooseOrganisation, dashboardGuide, makeKey, placeholderKey } from '../../credentials/create-key.ts';
import { exportedVariables } from '../../credentials/exported.ts';
import { keyVariable } from '../../credentials/key.ts';
import type { OrganisationRecord } from '../../credentials/organisation.ts';
import { neverLose } from '../../credentials/recovery.ts';
import type { ActiveKey } from '../../credentials/store.ts';
import { prepareWrites } from '../../credentials/writes.ts';
import { MegallmError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
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
  const { flags, keys, locations, machine, profiles } = context;
  const { name = `megallm@${hostname()}`, print = false, to = [] } = options;
  const { profile, service } = active;
  const changes = await context.changes();
  const storage = (await activates(context, options, profile))
    ? await chooseStorage(profile, context, storageWish(context, options.insecureStorage === true))
    : undefined;
  const backends = await Promise.all([...new Set(to)].map((id) => locations.open(id, options)));
  const namesAt = (backend: Backend) => [keyVariable, ...locations.variablesAt(backend)];
  const writes = await prepareWrites(backends, namesAt, {}, consentOf(context));
  const isKnown = profiles.knownKeys();
  const isOurKey = (fingerprint: string) => fingerprint === made?.key.fingerprint || isKnown(fingerprint);
  let made: Made | undefined;
  const change = await neverLose(
    () => made?.key,
    machine,
    () =>
      changes.make({ command: 'keys create', profile, isOurKey }, async (draft) => {
        // Under the lock: stopped while it waits for that with a new key in hand, megallm would lose the key.
        made = flags.dryRun ? { key: placeholderKey } : await make(context, active, { ...options, name });
        const { key, organisation } = made;
        const record = { origin: 'obtained', service, ...(organisation && { organisation }) } as const;
        if (storage) await keys.planStore(draft, profile, key, { ...record, storage });
        for (const write of writes) await locations.planWrite(draft, profile, write, exportedVariables(key));
      }),
  );
  const key = made?.key ?? placeholderKey;
  const data = { profile, key: print ? key.reveal() : key, name, activated: storage !== undefined };
  const report = reportChange(change, machine.home, data, [
    { mark: 'ok', label: 'Key created', detail: `${key} · ${name}` },
    ...(storage ? stalePlaces(profiles.read(profile), machine.home) : []),
  ]);
  if (!print || flags.dryRun) return report;
  return { ...report, raw: `${key.reveal()}\n`, keep: (show) => neverLose(() => key, machine, show) };
}

async function paste(context: Context, { insecureStorage = false }: Options): Promise<Report> {
  if (!context.prompts.interactive)
    throw new MegallmError('not-signed-in', 'Making a key takes a key, and there is none.', dashboardGuide);
  await context.output.say([
    { label: 'Nobody is signed in, so the key has to come from the dashboard', next: dashboardGuide },
  ]);
  return login(context, { withKey: true, insecureStorage });
}

/** A new key takes the active one's place only when that was asked for, or when there is none. */
async function activates(
  { flags, profiles, prompts }: Context,
  { activate = false, print = false, to = [] }: Options,
  profile: string,
): Promise<boolean> {
  if (activate) return true;
  if (print || to.length > 0) return false;
  if (profiles.read(profile).key === undefined || flags.dryRun) return true;
  const noUse = () =>
    new MegallmError('usage', `Profile ${profile} has a key already: say what the new one is for.`, [
      '--activate   (to use it in place of the old one)',
      '--print   (to print it)',
      '--to BACKEND   (to write it somewhere)',
    ]);
  if (await prompts.confirm(`Make the new key the one that profile ${profile} uses?`, noUse)) return true;
  throw noUse();
}

interface Made {
  readonly key: Secret;
  readonly organisation?: OrganisationRecord;
}

async function make(
  { http, profiles }: Context,
  active: ActiveKey,
  { name, org }: { name: string; org?: string },
): Promise<Made> {
  const client = await http();
  const organisation = await chooseOrganisation(client, active, org, profiles.read(active.profile));
  const { key } = await makeKey(client, active, { name, org: organisation.id });
  return { key, organisation };
}
