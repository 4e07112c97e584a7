import { MegallmError } from '../errors.ts';
import type { Profiles, StorageId } from './profiles.ts';
import { refuseWhileRotating } from './rotation/unfinished.ts';
import type { KeyStore } from './store.ts';

export interface StorageWish {
  /** `--insecure-storage`. */
  readonly insecure: boolean;
  /** Whether the person agrees to a plain-text file, given why there is nothing better. */
  agreeToFile(reason: string): Promise<boolean>;
}

/**
 * Where a profile's new key will be stored: found out, and tried, before there is a key that could be lost.
 * The keychain, unless a file was asked for; a file in its place only when the user says so, now or at an earlier login.
 */
export async function chooseStorage(
  name: string,
  { profiles, keys }: { profiles: Profiles; keys: KeyStore },
  wish: StorageWish,
): Promise<StorageId> {
  refuseWhileRotating(name, profiles.read(name));
  if (wish.insecure) return 'file';
  const problem = await keys.storage('keychain').probe();
  if (problem === undefined) return 'keychain';
  if (profiles.read(name).storage === 'file') return 'file';
  if (await wish.agreeToFile(problem.message)) return 'file';
  throw new MegallmError(problem.absent ? 'refused' : 'failed', problem.message, problem.hints);
}
