import { type KeychainProcess, startKeychainProcess } from '../../system/keychain-process.ts';
import { describeMachine } from '../../system/machine.ts';
import { Profiles } from '../profiles.ts';

/**
 * Starts the process that asks the keychain before the command itself is loaded, since it takes as long to start as all
 * the rest: for a tool that asks megallm for the key, that is a wait each time. It is a guess: a wrong one
 * costs a process that nobody asks, and that ends with this one. `undefined`: the profile has no key there.
 */
export async function startKeychainAhead(
  host: NodeJS.Process,
  path: string,
): Promise<KeychainProcess | undefined> {
  const { env } = host;
  const argv = host.argv.slice(2);
  try {
    const profiles = new Profiles(describeMachine(host));
    const { storage } = profiles.read(profiles.choose(profileIn(argv) ?? (env.MEGALLM_PROFILE || undefined)));
    return storage === 'keychain' ? await startKeychainProcess({ path, env }) : undefined;
  } catch {
    // The command will say what is wrong.
    return undefined;
  }
}

function profileIn(argv: readonly string[]): string | undefined {
  const index = argv.findIndex((word) => word === '--profile' || word === '-p');
  return index < 0
    ? argv.find((word) => word.startsWith('--profile='))?.slice('--profile='.length)
    : argv[index + 1];
}
