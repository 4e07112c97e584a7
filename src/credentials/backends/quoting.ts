import { MegallmError } from '../../errors.ts';

/** A value in POSIX single quotes: nothing in it means anything to a shell. */
export function quoteForPosixShell(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** A word of a command to paste: quoted only where it has to be. */
export function shellWord(text: string, platform: NodeJS.Platform): string {
  if (/^[\w./-]+$/.test(text)) return text;
  // cmd.exe takes single quotes for letters.
  return platform === 'win32' ? `"${text}"` : quoteForPosixShell(text);
}

/** A value in fish's single quotes, in which a backslash is one only before itself and a quote. */
export function quoteForFish(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

/** A value in PowerShell's single quotes, for which it takes typographic ones too (about_Quoting_Rules). */
export function quoteForPowerShell(value: string): string {
  return `'${value.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}

/**
 * A value between the quotes of cmd's `set "NAME=VALUE"`. Throws where cmd would take a part of it for something else, at
 * its prompt or in a batch file, and nothing prevents that.
 */
export function quoteForCmd(name: string, value: string): string {
  if (/^[ -~]+$/.test(value) && !/["%!]/.test(value)) return `"${name}=${value}"`;
  throw new MegallmError(
    'refused',
    `The value of ${name} has characters that cmd cannot carry.`,
    'Use megallm run, or another format, such as --format powershell.',
  );
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
