import { revokeKey } from '../api/account.ts';
import { clientId } from '../api/client-id.ts';
import { reportChange } from '../change-report.ts';
import { Draft } from '../changes/draft.ts';
import type { Context } from '../context.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { Report } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';
import { toError } from '../verifier/advice.ts';

interface Options {
  readonly keepKey?: boolean;
  readonly revoke?: boolean;
}

/** Removes the profile's key from its storage and from every place that it was written to. */
export async function run(context: Context, options: Options): Promise<Report> {
  if (options.keepKey && options.revoke) {
    throw new MegallmError('usage', '--keep-key and --revoke ask for opposite things.', 'Use one of them.');
  }
  const { keys, locations, machine, profiles } = context;
  const changes = await context.changes();
  const profile = profiles.choose(context.namedProfile);
  const key = await keys.stored(profile);
  const revoked = key !== undefined && revokes(context, profile, options);
  const note = { command: 'logout', profile, isOurKey: profiles.knownKeys(), journal: 'forget' } as const;
  const fill = async (draft: Draft) => {
    for (const location of locations.remembered(profile))
      await locations.planRemoval(draft, profile, location);
    await keys.planForget(draft, profile);
  };
  // What cannot be removed is found out before the key is revoked.
  await fill(new Draft());
  if (revoked && !context.flags.dryRun) await revoke(context, profile, key);
  const change = await changes.make(note, fill);
  const report = reportChange(change, machine.home, { profile, revoked }, [
    change.applied
      ? { mark: 'ok', label: 'Signed out', detail: `profile ${profile}` }
      : { label: `Profile ${profile} has no key, and none was written anywhere` },
    ...keyLine(key, revoked),
  ]);
  return change.dryRun && revoked
    ? { ...report, talk: [{ label: 'Would revoke', detail: String(key) }] }
    : report;
}

function keyLine(key: Secret | undefined, revoked: boolean): Line[] {
  if (key === undefined) return [];
  const detail = String(key);
  return [
    revoked
      ? { mark: 'ok', label: 'Key revoked', detail }
      : { mark: 'warn', label: 'Key not revoked', detail },
  ];
}

/** A key that was pasted may be a team's, so that only a flag revokes it. */
function revokes({ profiles }: Context, profile: string, { keepKey, revoke: asked }: Options): boolean {
  return asked === true || (!keepKey && profiles.read(profile).key?.origin === 'obtained');
}

/** Before anything is removed: without the key nobody could revoke it any more. */
async function revoke({ keys, http, machine }: Context, profile: string, key: Secret): Promise<void> {
  const failure = await revokeKey(await http(), keys.savedService(profile), key, clientId(machine.env));
  if (failure === undefined || failure.kind === 'unauthorized') return;
  const { code, message, hints } = toError(failure);
  throw new MegallmError(code, `The key could not be revoked, and nothing was removed. ${message}`, [
    ...hints,
    'megallm logout --keep-key   (to remove it from this machine only)',
  ]);
}
