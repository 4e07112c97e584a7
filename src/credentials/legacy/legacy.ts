import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MegallmError } from '../../errors.ts';
import { exists, isMissing, readFile } from '../../system/files.ts';
import type { Machine } from '../../system/machine.ts';
import { isValidName } from '../profile-name.ts';
import type { Profiles } from '../profiles.ts';
import { type AuthFile, readAuthFile } from './auth-file.ts';
import { findLegacyLines, type LegacyLines, legacyStartupFiles } from './startup-lines.ts';

export interface LegacySources {
  readonly machine: Pick<Machine, 'folder' | 'home'>;
  readonly profiles: Profiles;
}

/** All that megallm 3.1.0 has left in plain text on this machine. */
export interface Legacy {
  readonly authFiles: readonly AuthFile[];
  readonly lines: readonly LegacyLines[];
  /** What looks like its doing, and cannot be read as such: left alone. */
  readonly problems: readonly MegallmError[];
}

export function findLegacy(sources: LegacySources): Legacy {
  const problems: MegallmError[] = [];
  const authFiles = foldersOfProfiles(sources).flatMap((name) => {
    try {
      return authFileOf(sources, name) ?? [];
    } catch (error) {
      if (!(error instanceof MegallmError)) throw error;
      problems.push(error);
      return [];
    }
  });
  const lines = legacyStartupFiles(sources.machine).flatMap((file) => {
    const text = textOf(file.path);
    return text.includes('# MegaLLM Configuration') ? findLegacyLines(file, text) : [];
  });
  return { authFiles, lines, problems };
}

function authFileOf({ machine, profiles }: LegacySources, name: string): AuthFile | undefined {
  if (isValidName(name)) return readAuthFile(profiles, name);
  const path = join(machine.folder, 'profiles', name, 'auth.json');
  if (!exists(path)) return undefined;
  throw new MegallmError('refused', `${path} may hold a key, and no profile can have that name.`, [
    'Give its folder a name of letters, digits, dots, dashes and underscores.',
  ]);
}

function foldersOfProfiles({ machine }: LegacySources): string[] {
  try {
    const entries = readdirSync(join(machine.folder, 'profiles'), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** What cannot be read is no shell's startup file either. */
function textOf(path: string): string {
  try {
    return readFile(path)?.bytes.toString('latin1') ?? '';
  } catch (error) {
    if (error instanceof MegallmError) return '';
    throw error;
  }
}
