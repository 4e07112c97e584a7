import { MegallmError } from '../errors.ts';

/** For commands whose argument is a profile. Throws `usage` where `--profile` says another. */
export function namedOnce(name: string, flag: string | undefined): void {
  if (flag === undefined || flag === name) return;
  throw new MegallmError('usage', 'This command takes the profile as its argument, not by --profile.', [
    `Leave out one of the two: ${name} or ${flag}.`,
  ]);
}

export function noSuchProfile(name: string, names: readonly string[]): MegallmError {
  const known = names.length > 0 ? `Profiles: ${shortList(names)}` : 'There is none yet.';
  return new MegallmError('usage', `There is no profile ${name}.`, [
    known,
    `megallm login --profile ${name}   (to make it)`,
  ]);
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
