import { join } from 'node:path';
import { reportChange, shortened } from '../change-report.ts';
import { Draft } from '../changes/draft.ts';
import { withLock } from '../changes/lock.ts';
import type { Context } from '../context.ts';
import { findLegacy } from '../credentials/legacy/legacy.ts';
import { type LeavingKey, leavingKeys, type RevocationWish, revokeLeaving } from '../credentials/sign-out.ts';
import { planUninstall } from '../credentials/uninstall.ts';
import { MegallmError } from '../errors.ts';
import { planOwnCopyRemoval } from '../integrations/own-copy.ts';
import type { Report } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';
import { keyLine, wouldRevoke } from './logout.ts';

/** Signs out of every profile, and removes all that megallm wrote. */
export async function run(context: Context, options: RevocationWish): Promise<Report> {
  if (context.flags.dryRun) return uninstall(context, options);
  // A rotation would go on writing what is removed here.
  return withLock(join(context.machine.folder, 'rotation-lock'), () => uninstall(context, options)).then(
    (report) => withRest(context, report),
    async (error: unknown) => {
      (await context.changes()).removeFolder();
      throw error;
    },
  );
}

async function uninstall(context: Context, options: RevocationWish): Promise<Report> {
  const { flags, machine, profiles } = context;
  const names = profiles.names();
  const leaving = [...(await leavingKeys(context, names, options)), ...legacyLeaving(context, options)];
  const changes = await context.changes();
  const revoked = leaving.some((key) => key.revoked);
  let unread: readonly MegallmError[] = [];
  // What cannot be removed is found out before anything is asked, and before a key is revoked.
  if (!flags.yes || revoked) await planAll(new Draft(), context);
  if (!flags.dryRun && names.length > 0) await agree(context, names, leaving);
  if (revoked && !flags.dryRun)
    await revokeLeaving(leaving, await context.http(), machine.env, 'megallm uninstall --keep-key');
  const note = { command: 'uninstall', profile: '', isOurKey: profiles.knownKeys(), journal: 'end' } as const;
  const change = await changes.make(note, async (draft) => {
    unread = await planAll(draft, context);
  });
  const report = reportChange(change, machine.home, { profiles: names, revoked }, [
    ...leaving.map(keyLine),
    ...unread.map(({ message }): Line => ({ mark: 'warn', label: 'Not looked into', detail: message })),
    change.applied
      ? {
          mark: 'ok',
          label: 'Uninstalled',
          detail: 'what npm installed goes with npm uninstall --global megallm',
        }
      : { label: 'There is nothing of megallm here' },
  ]);
  return change.dryRun ? { ...report, talk: wouldRevoke(leaving) } : report;
}

async function planAll(draft: Draft, context: Context) {
  planOwnCopyRemoval(draft, context.machine);
  return planUninstall(draft, context);
}

/** The keys of megallm 3.1.0, which came from signing in, unless they were moved. */
function legacyLeaving(context: Context, { keepKey = false }: RevocationWish): LeavingKey[] {
  return findLegacy(context).authFiles.flatMap(({ key, organisationKeys }) =>
    [key, ...organisationKeys.map((other) => other.key)].map((each) => ({
      key: each,
      revoked: !keepKey,
      service: () => context.keys.serviceOf({}),
    })),
  );
}

async function agree(
  { prompts }: Context,
  names: readonly string[],
  leaving: readonly LeavingKey[],
): Promise<void> {
  const gone = leaving.filter(({ revoked }) => revoked).map(({ key }) => String(key));
  const question = [
    `Sign out of ${names.length === 1 ? 'profile' : 'the profiles'} ${names.join(', ')}, and remove all that megallm wrote?`,
    gone.length > 0 ? `The service will refuse ${gone.join(', ')} from then on.` : 'No key is revoked.',
    'megallm undo cannot take this back.',
  ].join(' ');
  const nobody = () =>
    new MegallmError('usage', `There is nobody to ask: ${question}`, 'megallm uninstall --yes');
  if (await prompts.agree(question, nobody)) return;
  throw new MegallmError('cancelled', 'Nothing was removed.');
}

/** After the last lock is gone. */
async function withRest(context: Context, report: Report): Promise<Report> {
  const left = (await context.changes()).removeFolder();
  const detail = left.map((path) => shortened(path, context.machine.home)).join(', ');
  const line: Line = { mark: 'warn', label: 'Left, since megallm did not write it', detail };
  return {
    ...report,
    data: { ...report.data, left },
    talk: [...(report.talk ?? []), ...(left.length > 0 ? [line] : [])],
  };
}
