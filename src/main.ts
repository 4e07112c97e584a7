import { join } from 'node:path';
import type { Ending } from './system/child.ts';

/** The commands that do nothing before they have the stored key. */
const readers = ['key print', 'env print', 'env write', 'whoami'];

/** By the first words alone, since reading all of them takes a program that is not loaded yet. */
function readsKey(): boolean {
  return readers.some((words) => `${process.argv.slice(2).join(' ')} `.startsWith(`${words} `));
}

async function main(): Promise<Ending> {
  const keychainChild = join(import.meta.dirname, 'keychain-child.cjs');
  const keychainAhead = readsKey()
    ? await (await import('./credentials/storage/keychain-ahead.ts')).startKeychainAhead(
        process,
        keychainChild,
      )
    : undefined;
  const { runCommandLine } = await import('./command-line.ts');
  const updateChecker = join(import.meta.dirname, 'update-checker.cjs');
  return runCommandLine(process, { keychainChild, keychainAhead, updateChecker });
}

async function end(ending: Ending): Promise<never> {
  if (ending.kind === 'exit') process.exit(ending.code);
  const { dieOf } = await import('./system/child.ts');
  process.exit(dieOf(ending.signal));
}

// All output is written by then; what is left, such as a name look-up that hangs, must not hold the process.
main()
  .then(end)
  .catch(() => process.exit(1));
