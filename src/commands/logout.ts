import { reportChange } from '../change-report.ts';
import { Draft } from '../changes/draft.ts';
import type { Context } from '../context.ts';
import {
  type LeavingKey,
  leavingKeys,
  planSignOut,
  type RevocationWish,
  revokeLeaving,
} from '../credentials/sign-out.ts';
import type { Report } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';

/** Removes the profile's keys from their storage and from every place that they were written to. */
export async function run(context: Context, options: RevocationWish): Promise<Report> {
  const { machine, profiles } = context;
  const changes = await context.changes();
  const profile = profiles.choose(context.namedProfile);
  const leaving = await leavingKeys(context, [profile], options);
  const note = { command: 'logout', profile, isOurKey: profiles.knownKeys(), journal: 'forget' } as const;
  const fill = (draft: Draft) => planSignOut(draft, context, profile);
  // What cannot be removed is found out before the key is revoked.
  await fill(new Draft());
  const revoked = leaving.some((key) => key.revoked);
  if (revoked && !context.flags.dryRun)
    await revokeLeaving(leaving, await context.http(), machine.env, 'megallm logout --keep-key');
  const change = await changes.make(note, fill);
  const report = reportChange(change, machine.home, { profile, revoked }, [
    change.applied
      ? { mark: 'ok', label: 'Signed out', detail: `profile ${profile}` }
      : { label: `Profile ${profile} has no key, and none was written anywhere` },
    ...leaving.map(keyLine),
  ]);
  return change.dryRun ? { ...report, talk: wouldRevoke(leaving) } : report;
}

export function keyLine({ key, revoked }: LeavingKey): Line {
  const detail = String(key);
  return revoked
    ? { mark: 'ok', label: 'Key revoked', detail }
    : { mark: 'warn', label: 'Key not revoked', detail };
}

export function wouldRevoke(leaving: readonly LeavingKey[]): Line[] {
  const gone = leaving.filter(({ revoked }) => revoked);
  return gone.map(({ key }) => ({ label: 'Would revoke', detail: String(key) }));
}
