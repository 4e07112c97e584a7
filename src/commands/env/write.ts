import { nothingToDo, reportChange } from '../../change-report.ts';
import { consentOf } from '../../consent.ts';
import type { Context } from '../../context.ts';
import { backendIds } from '../../credentials/backends/catalog.ts';
import { exportedVariables } from '../../credentials/exported.ts';
import { keyVariable } from '../../credentials/key.ts';
import type { ActiveKey } from '../../credentials/store.ts';
import { prepareWrites } from '../../credentials/writes.ts';
import { MegallmError } from '../../errors.ts';
import type { Report } from '../../terminal/output.ts';

interface Options {
  readonly to?: readonly string[];
  readonly file?: string;
  readonly inline?: boolean;
  readonly force?: boolean;
}

/** Writes the active key to the places that `--to` names. */
export async function run(context: Context, { to = [], ...options }: Options): Promise<Report> {
  if (to.length === 0) throw noTarget();
  const { locations, keys, profiles, machine } = context;
  const changes = await context.changes();
  const backends = await Promise.all([...new Set(to)].map((id) => locations.open(id, options)));
  const { profile } = await keys.active(context.namedProfile);
  const writes = await prepareWrites(backends, [keyVariable], options, consentOf(context));
  const note = { command: 'env write', profile, isOurKey: profiles.knownKeys() };
  let active: ActiveKey | undefined;
  const change = await changes.make(note, async (draft) => {
    // Under the lock, so that a login or logout meanwhile is seen.
    active = await keys.active(context.namedProfile);
    const variables = exportedVariables(active.key);
    for (const write of writes) await locations.planWrite(draft, profile, write, variables);
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

function noTarget(): MegallmError {
  return new MegallmError('usage', 'Say where to write the key: add --to.', [
    `megallm env write --to dotenv   (one of ${backendIds.join(', ')}; may be repeated)`,
  ]);
}
