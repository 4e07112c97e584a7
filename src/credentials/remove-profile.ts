import { MegallmError } from '../errors.ts';
import { noSuchProfile } from './named-profile.ts';
import type { Profiles } from './profiles.ts';

/**
 * Whether it is the current profile. Throws `refused` where that would leave the others without one: which of them is
 * to be the next is for a person to say. The last profile may go.
 */
export function mayBeRemoved(profiles: Profiles, name: string): boolean {
  const names = profiles.names();
  if (!names.includes(name)) throw noSuchProfile(name, names);
  if (profiles.currentName() !== name) return false;
  const [other] = names.filter((one) => one !== name);
  if (other === undefined) return true;
  throw new MegallmError('refused', `Profile ${name} is the current one.`, [
    `First make another one current: megallm profile use ${other}`,
  ]);
}
