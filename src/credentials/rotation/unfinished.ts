import type { Draft } from '../../changes/draft.ts';
import { MegallmError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import type { Profile, Profiles } from '../profiles.ts';
import type { Storage } from '../storage/storage.ts';

export const rotateCommand = 'megallm keys rotate';

/** Accounts beside the profile's own that a rotation uses. */
const variants = ['.pending', '.retired'] as const;

/** Throws while a new key is on its way into the places of the old one: a third would leave some of them behind. */
export function refuseWhileRotating(name: string, { rotation }: Profile, key?: Secret): void {
  const isUnderWay = rotation?.to !== undefined && !rotation.done;
  if (!isUnderWay || key?.fingerprint === rotation.to) return;
  throw new MegallmError('refused', `The rotation of profile ${name}'s key is not finished.`, [
    `${rotateCommand} --profile ${name}   (to finish it)`,
    `megallm logout --profile ${name}   (to start over)`,
  ]);
}

/** The keys of an unfinished rotation that are not the profile's own: logging out revokes them too. */
export async function keysOfRotation(
  { rotation }: Profile,
  name: string,
  storage: Storage,
  own: Secret | undefined,
): Promise<Secret[]> {
  if (rotation === undefined || rotation.done) return [];
  const meant = rotation.grace === undefined ? variants : variants.slice(0, 1);
  const keys = await Promise.all(meant.map((variant) => storage.read({ profile: name, variant })));
  return keys.flatMap((key) => (key && !key.equals(own) ? [key] : []));
}

/** Plans to remove what a rotation keeps in the storage. */
export async function planForgetRotation(draft: Draft, profile: string, storage: Storage): Promise<void> {
  for (const variant of variants) await storage.planRemoval(draft, { profile, variant });
}

/** For a command to paste: nothing where the profile is the one in use anyway. */
export function profileFlag(name: string, profiles: Profiles): string {
  return name === profiles.currentName() ? '' : ` --profile ${name}`;
}

/** An error in the middle of a rotation tells how to go on. */
export function asUnfinished(error: unknown, profile: string, profiles: Profiles): unknown {
  const { rotation, key } = profiles.read(profile);
  if (!(error instanceof MegallmError) || rotation === undefined) return error;
  const state =
    rotation.to !== undefined && rotation.to === key?.fingerprint
      ? 'The new key is in use; the old one may not be revoked yet.'
      : 'Nothing was revoked: the old key is still in use.';
  const flag = profileFlag(profile, profiles);
  const again = [
    ...(error.code === 'unauthorized'
      ? [`megallm logout --keep-key${flag}   (to start over with another key)`]
      : []),
    `${rotateCommand}${flag}   (to go on from here)`,
  ];
  return new MegallmError(error.code, `${error.message} ${state}`, [...error.hints, ...again], {
    cause: error,
  });
}
