import { MegallmError } from '../../../errors.ts';
import type { Found } from '../backend.ts';

/** Why a startup file is not written to. */
export function inTheWay({ name, path, line }: Found): MegallmError {
  return new MegallmError(
    'refused',
    `${path}:${line} sets ${name} itself, and would win over what megallm writes.`,
    'Add --yes to take that line out (megallm undo brings it back).',
  );
}

export function inUtf16(path: string): MegallmError {
  return new MegallmError(
    'unparsable',
    `${path} is in UTF-16, which megallm does not write.`,
    'Save it in UTF-8, and run the command again.',
  );
}

export function byHand({ name, path, line }: Found): MegallmError {
  return new MegallmError(
    'refused',
    `${path}:${line} sets ${name} in a place where taking it out could break the file.`,
    'Take it out by hand, and run the command again.',
  );
}
