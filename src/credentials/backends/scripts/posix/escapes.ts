import type { Dialect } from './source.ts';

const escapeSequence =
  /\\(?:([abeEfnrtv\\'"?])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|(.))/gs;

const characters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * The inside of `$'…'` as the shell takes it, one character for each byte, with the characters that `\u` names in UTF-8;
 * `undefined` where it has an escape that does not mean the same everywhere.
 */
export function decodeEscapes(text: string, dialect: Dialect): string | undefined {
  let known = true;
  const decoded = text.replace(escapeSequence, (_, character, octal, hexadecimal, short, long, other) => {
    if (character !== undefined) return characters[character] ?? character;
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    if (hexadecimal !== undefined) return String.fromCharCode(Number.parseInt(hexadecimal, 16));
    const point = Number.parseInt(short ?? long ?? '', 16);
    if (point <= 0x10ffff) return Buffer.from(String.fromCodePoint(point)).toString('latin1');
    known &&= dialect === 'bash' && other !== undefined && /[^cxuU]/.test(other);
    return `\\${other}`;
  });
  // The string would end at a NUL.
  return known && !decoded.includes('\0') ? decoded : undefined;
}
