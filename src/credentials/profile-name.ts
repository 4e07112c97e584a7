import { MegallmError } from '../errors.ts';

/** Names become folders and keychain accounts, so they stay plain; `NAME.pending` and `NAME.retired` are accounts of a rotation. */
export function isValidName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) && !/(\.pending|\.retired|\.)$/.test(name);
}

/** The name as it is. Throws `usage` for one that no profile can have. */
export function checkName(name: string): string {
  if (isValidName(name)) return name;
  throw new MegallmError(
    'usage',
    `${JSON.stringify(name)} cannot be a profile's name.`,
    'Use letters, digits, dots, dashes and underscores, 64 at most, beginning with a letter or digit.',
  );
}
