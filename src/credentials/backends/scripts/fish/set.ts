import type { FishWord } from './word.ts';

/** What the options of fish's `set` come to. */
export interface FishSet {
  /** The name and its values; names alone when it erases. */
  readonly operands: readonly FishWord[];
  readonly erases: boolean;
  /** `undefined`: as it was. */
  readonly exported: boolean | undefined;
  /** Whether the values come to those that are there. */
  readonly extends: boolean;
}

const short: Readonly<Record<string, string>> = {
  '--append': 'a',
  '--erase': 'e',
  '--export': 'x',
  '--function': 'f',
  '--global': 'g',
  '--help': 'h',
  '--local': 'l',
  '--long': 'L',
  '--names': 'n',
  '--prepend': 'p',
  '--query': 'q',
  '--show': 'S',
  '--unexport': 'u',
  '--universal': 'U',
};

/** Reads the words after `set`; `undefined` where that leaves the variables of the file's own level as they are. */
export function readSetOptions(words: readonly FishWord[]): FishSet | undefined {
  let options = '';
  let first = 0;
  for (let text = words[first]?.text; text !== undefined && /^-./.test(text); text = words[first]?.text) {
    first += 1;
    if (text === '--') break;
    options += text.startsWith('--') ? longOption(text) : text.slice(1);
  }
  if (/[hnqSL]/.test(options)) return undefined;
  // A local variable is gone with its block, and a universal one is hidden behind the global one of the same name.
  if (options.includes('l') || (options.includes('U') && !options.includes('g'))) return undefined;
  const unexported = options.includes('u') ? false : undefined;
  return {
    operands: words.slice(first),
    erases: options.includes('e'),
    exported: options.includes('x') ? true : unexported,
    extends: /[ap]/.test(options),
  };
}

/** A long option may be cut short as long as it is clear which one is meant. */
function longOption(text: string): string {
  const exact = short[text];
  if (exact !== undefined) return exact;
  const meant = Object.keys(short).filter((name) => name.startsWith(text));
  return (meant.length === 1 && short[meant[0] ?? '']) || '';
}
