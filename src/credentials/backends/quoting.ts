import { MegallmError } from '../../errors.ts';

/** A value in POSIX single quotes: nothing in it means anything to a shell. */
export function quoteForPosixShell(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

const plainEverywhere = /^[\w./:@%+=,-]+$/;

/**
 * A value that every common parser of `.env` files, and a shell that sources one, reads alike: as it is where that is
 * safe, else in single quotes. Throws where the parsers part ways: on single quotes, and on what some take for escapes.
 */
export function quoteForDotenv(name: string, value: string): string {
  if (plainEverywhere.test(value)) return value;
  if (/^[ -~]+$/.test(value) && !/'|\\\\|\\$/.test(value)) return `'${value}'`;
  throw new MegallmError(
    'refused',
    `The value of ${name} has characters that the readers of .env files take differently.`,
    'Use another backend, such as --to bash, or megallm run.',
  );
}
