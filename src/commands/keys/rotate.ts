import { consentOf } from '../../consent.ts';
import type { Context } from '../../context.ts';
import { keyVariable } from '../../credentials/key.ts';
import { parseGrace } from '../../credentials/rotation/grace.ts';
import { planRotation, type RotationWish, rotate } from '../../credentials/rotation/rotate.ts';
import { MegallmError } from '../../errors.ts';
import { reportRotation } from '../../rotation-report.ts';
import type { Secret } from '../../secret.ts';
import type { Report } from '../../terminal/output.ts';

interface Options {
  readonly grace?: string;
  readonly force?: boolean;
}

/** Gives the profile a new key, everywhere the old one is, and revokes the old one. */
export async function run(context: Context, { grace, force = false }: Options): Promise<Report> {
  const { flags } = context;
  const profile = await rotatable(context);
  const wish: RotationWish = {
    grace: grace && parseGrace(grace).text,
    force,
    consent: consentOf(context),
    agreeToRevoke: (old) => agreeToRevoke(context, profile, old),
  };
  const tools = { ...context, changes: await context.changes() };
  if (flags.dryRun) {
    const rotated = await planRotation(tools, profile, wish);
    const { old } = rotated;
    const talk = old && !grace ? [{ label: 'Would revoke', detail: String(old) }] : [];
    return { ...reportRotation(rotated, profile, context), talk };
  }
  return reportRotation(await rotate(tools, profile, wish), profile, context);
}

/** The profile whose key is in use. A key of the environment is kept by somebody else, who has to replace it there. */
async function rotatable({ keys, namedProfile, profiles }: Context): Promise<string> {
  const profile = profiles.choose(namedProfile);
  // The unfinished rotation of a key that was lost meanwhile can still be finished.
  if (profiles.read(profile).rotation) return profile;
  const active = await keys.active(namedProfile);
  if (active.source !== 'environment') return active.profile;
  throw new MegallmError(
    'refused',
    `The key in use comes from ${keyVariable}, and whoever sets that would go on with the old one.`,
    [
      `Make a new key where that one was made, and set ${keyVariable} to it.`,
      `Or rotate a stored key: megallm keys rotate --profile ${profile}`,
    ],
  );
}

/** A pasted key may be a team's: the others would be left without. */
async function agreeToRevoke({ prompts }: Context, profile: string, old: Secret): Promise<void> {
  const told = `Profile ${profile}'s key ${old} was pasted, so that others may use it too. Rotating revokes it.`;
  const refusal = () =>
    new MegallmError('refused', told, [
      'Add --yes to revoke it all the same.',
      'Or keep it for a while: --grace 1h   (megallm revokes nothing then)',
    ]);
  if (!(await prompts.agree(`${told} Go on?`, refusal))) throw refusal();
}
