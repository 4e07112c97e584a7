import { Secret } from '../../../secret.ts';
import type { Found } from '../backend.ts';

/** The exported ones of fish's universal variables, as `fish_variables` keeps them: `SETUVAR --export NAME:value`. */
export function findUniversals(path: string, text: string, names: readonly string[]): Found[] {
  return text.split('\n').flatMap((line, index) => {
    const [, name, value = ''] = /^SETUVAR (?:--\w+ )*--export (?:--\w+ )*(\w+):(.*)$/.exec(line) ?? [];
    if (name === undefined || !names.includes(name)) return [];
    return [{ name, value: new Secret(decode(value)), path, line: index + 1 }];
  });
}

/** Everything but letters, digits and a few signs is a code there; 1e stands between the items of a list. */
function decode(value: string): string {
  return value.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))/gi, (all: string) => {
    const code = Number.parseInt(all.slice(2), 16);
    if (code === 0x1e) return ' ';
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
