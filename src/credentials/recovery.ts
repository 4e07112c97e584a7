import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { Machine } from '../system/machine.ts';

/**
 * Runs `store` for a key that exists nowhere else yet; `newKey` gives it as soon as it is made. When it fails the key goes to a file that only its owner can
 * read, and the error names that file: a key that the service has just made must not be lost.
 */
export async function neverLose<T>(
  newKey: () => Secret | undefined,
  machine: Machine,
  store: () => Promise<T>,
): Promise<T> {
  try {
    return await store();
  } catch (error) {
    const key = newKey();
    if (key === undefined) throw error;
    const known = error instanceof MegallmError ? error : undefined;
    const reason = error instanceof Error ? error.message : String(error);
    const path = writeRecoveryFile(key, machine);
    const outcome =
      path === undefined
        ? `The new key ${key} could not be kept anywhere: revoke it in the dashboard.`
        : `The new key ${key} is in ${path}.`;
    throw new MegallmError(
      known?.code ?? 'failed',
      `${reason} ${outcome}`,
      [
        ...(known?.hints ?? []),
        ...(path === undefined ? [] : [`megallm login --with-key < '${path}' && rm '${path}'`]),
      ],
      { cause: error },
    );
  }
}

/** The path of the file; `undefined` when none could be written. */
function writeRecoveryFile(key: Secret, machine: Machine): string | undefined {
  const name = `recovered-key-${key.fingerprint.slice(0, 8)}`;
  for (const folder of [machine.folder, machine.home, tmpdir()]) {
    const path = join(folder, name);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // Only this key has this name, so what is there can only be the start of it.
      rmSync(path, { force: true });
      writeFileSync(path, `${key.reveal()}\n`, { flag: 'wx', mode: 0o600, flush: true });
      return path;
    } catch {
      // The next folder may be on a disk that has room.
    }
  }
  return undefined;
}
