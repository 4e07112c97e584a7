import { nothingToDo, reportChange } from '../../change-report.ts';
import { consentOf } from '../../consent.ts';
import type { Context } from '../../context.ts';
import type { Backend } from '../../credentials/backends/backend.ts';
import { backendIds } from '../../credentials/backends/catalog.ts';
import { exportedVariables, variableNames } from '../../credentials/exported.ts';
import type { ActiveKey } from '../../credentials/store.ts';
import { prepareWrites } from '../../credentials/writes.ts';
import { MegallmError } from '../../errors.ts';
import type { Report } from '../../terminal/output.ts';

interface Options {
  readonly to?: readonly string[];
  readonly file?: string;
  readonly service?: string;
  readonly sdk?: readonly string[];
  readonly inline?: boolean;
  readonly force?: boolean;
}

/** Writes the active key to the places that `--to` names. */
export async function run(context: Context, { to = [], sdk, ...options }: Options): Promise<Report> {
  if (to.length === 0) throw noTarget();
  const asked = variableNames(sdk);
  const { locations, keys, profiles, machine } = context;
  const changes = await context.changes();
  const target = to.includes('compose') ? await withService(context, options) : options;
  const backends = await Promise.all([...new Set(to)].map((id) => locations.open(id, target)));
  const { profile } = await keys.active(context.namedProfile);
  const namesAt = (backend: Backend) => [...asked, ...locations.variablesAt(backend)];
  const writes = await prepareWrites(backends, namesAt, options, consentOf(context));
  const note = { command: 'env write', profile, isOurKey: profiles.knownKeys() };
  let active: ActiveKey | undefined;
  const change = await changes.make(note, async (draft) => {
    // Under the lock, so that a login or logout meanwhile is seen.
    active = await keys.active(context.namedProfile);
    for (const write of writes) {
      const wanted = { names: namesAt(write.backend), gateway: keys.gatewayOf(active) };
      await locations.planWrite(draft, profile, write, exportedVariables(active.key, wanted));
    }
  });
  const activation = backends.map((backend) => ({ backend: backend.id, ...backend.activation() }));
  return reportChange(
    change,
    machine.home,
    { profile, source: active?.source, key: active?.key, to: activation },
    [
      ...nothingToDo(change),
      ...activation.map(({ backend, message, command }) => ({
        label: `${backend}: ${message}`,
        ...(command && { next: [command] }),
      })),
    ],
  );
}

/** Asks which service is meant, where there is somebody to ask and something to choose from. */
async function withService({ machine, prompts }: Context, options: Options): Promise<Options> {
  if (options.service !== undefined || !prompts.interactive) return options;
  const { composePath, servicesIn } = await import('../../credentials/backends/compose.ts');
  const services = await servicesIn(composePath(machine.cwd, options.file));
  if (services.length < 2) return options;
  const choices = services.map((name) => ({ value: name, label: name }));
  const service = await prompts.choose('Which service is to have the key?', choices, noTarget);
  return { ...options, service };
}

function noTarget(): MegallmError {
  return new MegallmError('usage', 'Say where to write the key: add --to.', [
    `megallm env write --to dotenv   (one of ${backendIds.join(', ')}; may be repeated)`,
  ]);
}
