import { reportChange, stalePlaces } from '../../change-report.ts';
import { consentOf, storageWish } from '../../consent.ts';
import type { Context } from '../../context.ts';
import type { Backend } from '../../credentials/backends/backend.ts';
import { chooseStorage } from '../../credentials/choose-storage.ts';
import { chooseOrganisation, dashboardGuide, makeKey, placeholderKey } from '../../credentials/create-key.ts';
import { parseExpiry } from '../../credentials/expiry.ts';
import { exportedVariables } from '../../credentials/exported.ts';
import { keyVariable } from '../../credentials/key.ts';
import { activates, agreeToSameName } from '../../credentials/key-purpose.ts';
import { changeWithNewKey, defaultKeyName, keysNamed } from '../../credentials/new-key.ts';
import { neverLose } from '../../credentials/recovery.ts';
import { prepareWrites } from '../../credentials/writes.ts';
import { MegallmError } from '../../errors.ts';
import type { Report } from '../../terminal/output.ts';
import { localTime } from '../../terminal/times.ts';
import { run as login } from '../login.ts';

interface Options {
  readonly name?: string;
  readonly org?: string;
  readonly expires?: string;
  readonly activate?: boolean;
  readonly print?: boolean;
  readonly to?: readonly string[];
  readonly file?: string;
  readonly insecureStorage?: boolean;
}

/** Makes a new key through the API; where nobody is signed in, takes one that was made in the dashboard. */
export async function run(context: Context, options: Options): Promise<Report> {
  const { name = defaultKeyName(), print = false, to = [], expires } = options;
  const expiresAt = expires === undefined ? undefined : parseExpiry(expires, new Date());
  const active = await context.keys.findActive(context.namedProfile);
  if (active === undefined) return paste(context, options);
  const { flags, keys, locations, machine, profiles, prompts } = context;
  const { profile, service } = active;
  const hasKey = profiles.read(profile).key !== undefined && !flags.dryRun;
  const storage = (await activates({ ...options, hasKey }, profile, prompts))
    ? await chooseStorage(profile, context, storageWish(context, options.insecureStorage === true))
    : undefined;
  const backends = await Promise.all([...new Set(to)].map((id) => locations.open(id, options)));
  const namesAt = (backend: Backend) => [keyVariable, ...locations.variablesAt(backend)];
  const writes = await prepareWrites(backends, namesAt, {}, consentOf(context));
  const http = await context.http();
  const organisation = flags.dryRun
    ? undefined
    : await chooseOrganisation(http, active, options.org, profiles.read(profile));
  if (organisation) await agreeToSameName(prompts, name, await keysNamed(http, active, name, organisation));
  const wish = organisation && { name, org: organisation.id, ...(expiresAt && { expiresAt }) };
  const tools = { changes: await context.changes(), machine, profiles };
  const { change, made } = await changeWithNewKey(tools, {
    command: 'keys create',
    profile,
    make: async () => (wish ? makeKey(http, active, wish) : { key: placeholderKey }),
    async plan(draft, { key }) {
      const record = { origin: 'obtained', service, ...(organisation && { organisation }) } as const;
      if (storage) await keys.planStore(draft, profile, key, { ...record, storage });
      for (const write of writes) await locations.planWrite(draft, profile, write, exportedVariables(key));
    },
  });
  const key = made?.key ?? placeholderKey;
  const activated = storage !== undefined;
  const shown = print ? key.reveal() : key;
  const data = { profile, key: shown, name, expiresAt: expiresAt ?? null, activated };
  const expiry = expiresAt && `expires ${localTime(expiresAt)}`;
  const report = reportChange(change, machine.home, data, [
    { mark: 'ok', label: 'Key created', detail: [key, name, expiry].filter(Boolean).join(' · ') },
    ...(activated ? stalePlaces(profiles.read(profile), machine.home) : []),
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
