import { reportChange, shortened } from '../../change-report.ts';
import { Draft } from '../../changes/draft.ts';
import type { Context } from '../../context.ts';
import { namedOnce } from '../../credentials/named-profile.ts';
import { mayBeRemoved } from '../../credentials/remove-profile.ts';
import { leavingKeys, planSignOut, type RevocationWish, revokeLeaving } from '../../credentials/sign-out.ts';
import { MegallmError } from '../../errors.ts';
import type { Report } from '../../terminal/output.ts';
import type { Line } from '../../terminal/theme.ts';
import { keyLine, wouldRevoke } from '../logout.ts';

interface Options extends RevocationWish {
  readonly name?: string;
}

/** Signs a profile out everywhere, and forgets it. */
export async function run(context: Context, { name = '', ...wish }: Options): Promise<Report> {
  const { flags, machine, profiles, prompts } = context;
  namedOnce(name, flags.profile);
  mayBeRemoved(profiles, name);
  const changes = await context.changes();
  const leaving = await leavingKeys(context, [name], wish);
  const places = context.locations.remembered(name).length;
  const fill = async (draft: Draft) => {
    const isCurrent = mayBeRemoved(profiles, name);
    await planSignOut(draft, context, name);
    profiles.planRemoval(draft, name);
    if (isCurrent) profiles.planCurrent(draft, undefined);
  };
  // What cannot be removed is found out before anybody is asked and before a key is revoked.
  await fill(new Draft());
  const revoked = leaving.some((key) => key.revoked);
  if (!flags.dryRun) {
    const what = [
      leaving.length === 1 ? 'its key' : `its ${leaving.length} keys`,
      ...(places > 0 ? [`what it wrote in ${places} ${places === 1 ? 'place' : 'places'}`] : []),
    ];
    const question = `Remove profile ${name}, ${what.join(' and ')}${revoked ? ', and revoke what megallm made' : ''}?`;
    const noYes = () =>
      new MegallmError('usage', `Nobody can be asked whether to remove profile ${name}.`, 'Add --yes.');
    if (!(await prompts.agree(question, noYes)))
      throw new MegallmError('cancelled', 'Not removed; nothing was changed.');
    const keep = `megallm profile rm ${name} --keep-key`;
    if (revoked) await revokeLeaving(leaving, await context.http(), machine.env, keep);
  }
  const note = {
    command: 'profile rm',
    profile: name,
    isOurKey: profiles.knownKeys(),
    journal: 'forget',
  } as const;
  const change = await changes.make(note, fill);
  const report = reportChange(change, machine.home, { profile: name, revoked }, [
    { mark: 'ok', label: 'Profile removed', detail: name },
    ...leaving.map(keyLine),
    ...leftOver(context, name),
  ]);
  if (!change.dryRun) return report;
  return { ...report, talk: [{ label: 'Would remove profile', detail: name }, ...wouldRevoke(leaving)] };
}

/** What megallm did not write there is not taken away with it. */
function leftOver({ machine, profiles }: Context, name: string): Line[] {
  if (!profiles.names().includes(name)) return [];
  const place = shortened(profiles.folderOf(name), machine.home);
  return [{ mark: 'warn', label: 'There are other files in its folder', place }];
}
