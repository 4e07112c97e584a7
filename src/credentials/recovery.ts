import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { Machine } from '../system/machine.ts';

/**
 * Runs `store` for a key that exists nowhere else yet. When it fails the key goes to a file that only its owner can
 * read, and the error names that file: a key that the service has just made must not be lost.
 */
export async function neverLose<T>(key: Secret, machine: Machine, store: () => Promise<T>): Promise<T> {
  try {
    return await store();
  } catch (error) {
    const path = writeRecoveryFile(key, machine);
    const known = error instanceof MegallmError ? error : undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegallmError(
      known?.code ?? 'failed',
      `${reason} The new key ${key} could not be stored; it is in ${path}.`,
      [...(known?.hints ?? []), `megallm login --with-key < ${path} && rm ${path}`],
      { cause: error },
    );
  }
}

function writeRecoveryFile(key: Secret, machine: Machine): string {
  const name = `recovered-key-${key.fingerprint.slice(0, 8)}`;
  for (const folder of [machine.folder, machine.home, tmpdir()]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, name), `${key.reveal()}\n`, { flag: 'wx', mode: 0o600 });
      return join(folder, name);
    } catch {
      // The next folder may be on a disk that has room.
    }
  }
  return 'no file, since none could be written: revoke it in the dashboard';
}
