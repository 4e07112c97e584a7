import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splicesBetween, undoSplices } from '../../../src/changes/splices.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('splicesBetween', () => {
  it('finds nothing between equal contents', () => {
    expect(splicesBetween(bytes('a\nb\n'), bytes('a\nb\n'))).toEqual([]);
  });

  it.each([
    ['an inserted line', 'a\nc\n', 'a\nb\nc\n', '', 'b\n'],
    ['a removed line', 'a\nb\nc\n', 'a\nc\n', 'b\n', ''],
    ['whole lines where a value changed', 'K=abc\n', 'K=abd\n', 'K=abc\n', 'K=abd\n'],
    ['only what follows a last line without an end', 'A=secret', 'A=secret\nB=2', '', '\nB=2'],
    ['a new file', '', 'a\n', '', 'a\n'],
    ['bytes that are no UTF-8', 'a\xff\n', 'a\xfe\n', 'a\xff\n', 'a\xfe\n'],
  ])('gives %s', (_, before, after, removed, inserted) => {
    const splices = splicesBetween(bytes(before), bytes(after));
    expect(splices.map((splice) => [String(splice.removed), String(splice.inserted)])).toEqual([
      [String(bytes(removed)), String(bytes(inserted))],
    ]);
  });

  it('leaves what stands between two changes out', () => {
    const splices = splicesBetween(bytes('a\nsecret\nb\n'), bytes('A\nsecret\nB\n'));
    expect(splices.map(({ oldOffset, removed }) => [oldOffset, String(removed)])).toEqual([
      [0, 'a\n'],
      [9, 'b\n'],
    ]);
  });

  it('goes back from any content to any other', () => {
    const line = fc.constantFrom('a\n', 'b\n', 'b\r\n', '\n', 'x', '\xff\n', 'KEY=1\n');
    const content = fc.array(line, { maxLength: 12 }).map((lines) => bytes(lines.join('')));
    fc.assert(
      fc.property(content, content, (before, after) => {
        const splices = splicesBetween(before, after).map((splice) => ({
          ...splice,
          inserted: splice.inserted.length,
        }));
        expect(undoSplices(after, splices).equals(before)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
