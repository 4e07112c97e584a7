import { parse } from 'dotenv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDotenv } from '../../../../src/credentials/backends/dotenv-file.ts';

/** One character for each byte, as megallm reads the file. */
const latin1 = (text: string) => Buffer.from(text).toString('latin1');

describe('readDotenv', () => {
  it.each<[text: string, ...values: [name: string, value: string, line: number][]]>([
    ['A=1', ['A', '1', 1]],
    ['\n\nA=1\r\nB=2', ['A', '1', 3], ['B', '2', 4]],
    ['  export A = 1 # why', ['A', '1', 1]],
    ['exported=1\nexport=2\n', ['exported', '1', 1], ['export', '2', 2]],
    ['\ufeffA=1\n', ['A', '1', 1]],
    ['A=\nB= # none\nC=#none\n', ['A', '', 1], ['B', '', 2], ['C', '', 3]],
    ['A=1#2 #3\n', ['A', '1#2', 1]],
    ['# A=1\n #A=2\n;A=3\n'],
    ["A='x # y' # z\n", ['A', 'x # y', 1]],
    ['A="\nB=2\n"\nC=3\n', ['A', '\nB=2\n', 1], ['C', '3', 4]],
    ['A=`b"\'c`\n', ['A', 'b"\'c', 1]],
    ['A="b\\"c"\n', ['A', 'b\\"c', 1]],
    ['A="b\nC=3\n', ['A', '"b', 1], ['C', '3', 2]],
    ['A="b" c\nC="3"\n', ['A', '"b" c', 1], ['C', '3', 2]],
    ["A=it's\nB='x'\n", ['A', "it's", 1], ['B', 'x', 2]],
    ['A: 1\nB: "\nC=1\n"\nD=2\n', ['D', '2', 5]],
    ['A=voilà\n', ['A', latin1('voilà'), 1]],
    ['A=1\f\n=2\n-\nA\n', ['A', '1', 1]],
  ])('reads %j', (text, ...values) => {
    const found = readDotenv(latin1(text));
    expect(found.map(({ name, value, line }) => [name, value, line])).toEqual(values);
  });

  it('gives the place of each assignment, of its name and value, and of nothing else', () => {
    const text = latin1('\ufeff  export A = 1 # x\r\nB="\n"\nC=voilà\t\r\n');
    const pieces = readDotenv(text).map(({ start, end, coreStart, coreEnd }) => [
      text.slice(start, end),
      text.slice(coreStart, coreEnd),
    ]);
    expect(pieces).toEqual([
      ['  export A = 1 # x\r\n', 'A = 1'],
      ['B="\n"\n', 'B="\n"'],
      [latin1('C=voilà\t\r\n'), latin1('C=voilà')],
    ]);
  });

  it.each([
    ['blanks', `A=x${' '.repeat(2_000_000)}y\n`],
    ['carriage returns', `A=x${'\r'.repeat(2_000_000)}y\n`],
    ['number signs', `A=x${'x#'.repeat(1_000_000)}y\n`],
    ['an unclosed quote', `A="${'x\n'.repeat(1_000_000)}`],
    ['a quoted value', `A="${'x\n'.repeat(1_000_000)}"\n`],
    ['escaped quotes', `A="${'\\"'.repeat(1_000_000)}\n`],
    ['blanks behind a quoted value', `A="x"${' '.repeat(2_000_000)}y\n`],
    ['blanks before a name', `${' '.repeat(2_000_000)}A=1\n`],
    ['a long name', `${'A'.repeat(2_000_000)}\n`],
    ['lines without a comment', 'A=1\n'.repeat(500_000)],
    ['quotes of each kind', `A="\nA='\nA=\`\n`.repeat(100_000)],
  ])('takes time in proportion to %s', (_, text) => {
    // The square of any of these takes minutes, which the test's own deadline ends.
    expect(readDotenv(text)).toBeInstanceOf(Array);
  });

  it('agrees with dotenv on what an appended line is worth', () => {
    const part = fc.constantFrom(
      'A',
      'K',
      '=',
      '"',
      "'",
      '`',
      '\\',
      '#',
      ' ',
      '\n',
      '\r\n',
      'export ',
      ': ',
      'b',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const text = `${parts.join('')}\nKEY=value\n`;
        const own = readDotenv(text).findLast(({ name }) => name === 'KEY');
        expect(parse(text).KEY ?? undefined).toBe(own?.value);
      }),
      { numRuns: 5000 },
    );
  });
});
