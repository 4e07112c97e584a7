const numeric =
  /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|X([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8}))/y;

const characters: Readonly<Record<string, string | undefined>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

/** What a backslash outside of quotes stands for, one character for each byte; `undefined` where that is not simple. */
export function decodeFishEscape(
  text: string,
  position: number,
): { readonly value: string | undefined; readonly end: number } {
  const next = text[position + 1];
  if (next === undefined) return { value: undefined, end: text.length };
  numeric.lastIndex = position;
  const found = numeric.exec(text);
  if (found) {
    const [all, octal, ...hexadecimal] = found;
    const digits = hexadecimal.find((group) => group !== undefined);
    const code = digits === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(digits, 16);
    return { value: decodedCode(code, found[3] !== undefined), end: position + all.length };
  }
  if ('cuUxX'.includes(next)) return { value: undefined, end: position + 2 };
  return { value: characters[next] ?? next, end: position + 2 };
}

/** `\X` names a byte, the others a character, which stands in the file's memory in UTF-8. */
function decodedCode(code: number, isByte: boolean): string | undefined {
  if (code === 0 || code > 0x10ffff) return undefined;
  return isByte ? String.fromCharCode(code) : Buffer.from(String.fromCodePoint(code)).toString('latin1');
}
