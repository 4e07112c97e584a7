import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { keyVariable } from '../../src/credentials/key.ts';
import { describeWith } from '../support/requirements.ts';
import { dotenvFiles } from './files/dotenv-files.ts';
import { dotenvReaders } from './files/dotenv-readers.ts';
import { Editor } from './files/edited.ts';
import { holdsForAll } from './property.ts';
import { patience } from './scale.ts';

const mark = /^(?:\ufeff|\xef\xbb\xbf)/;

describe.each(dotenvReaders)('any .env, edited, is read by $name', ({ name, needs, read }) => {
  describeWith(needs ?? [], name, () => {
    it('as before, with our key in it', { timeout: patience }, async () => {
      const editor = await Editor.signedIn();
      let [all, checked] = [0, 0];
      await holdsForAll(dotenvFiles, { count: 40, atOnce: 20 }, async (files) => {
        const edited = await editor.editAll(
          files.map((text) => ({ '.env': text })),
          {
            family: '.env',
            open: ({ locations }) => locations.open('dotenv', {}),
            replaces: (before) => /MEGALLM_API_KEY *=/.test(before['.env'] ?? ''),
          },
        );
        const before = await read(edited.map((one) => one.before['.env'] ?? ''));
        const after = await read(edited.map((one) => one.after['.env'] ?? ''));
        all += before.length;
        for (const [index, was] of before.entries()) {
          const text = edited[index]?.after['.env'] ?? '';
          // A line of the person's own keeps its ending, which is a part of the value to a shell.
          const isLeftOpen = name === 'dash' && /MEGALLM_API_KEY=.*\r/.test(text);
          if (was === undefined || isLeftOpen || !agrees(edited[index]?.before['.env'] ?? '', was)) continue;
          checked += 1;
          expect(withoutMark(after[index]), text).toEqual({ ...withoutMark(was), [keyVariable]: editor.key });
        }
      });
      editor.expectMostEdited();
      // A reader that reads nothing would agree with everything.
      expect(checked).toBeGreaterThan(all * 0.2);
    });
  });
});

/** Some take a byte-order mark for a part of the first name, or for a name. */
function withoutMark(read: unknown): object {
  const entries = Object.entries(read as object).filter(([name]) => !mark.test(name));
  return Object.fromEntries(entries);
}

/**
 * Readers differ over quotes that are not closed, and old ones know no values of several lines: what nobody can promise
 * all of them is promised where this one sees the lines that dotenv sees.
 */
function agrees(text: string, read: unknown): boolean {
  const common = parse(Buffer.from(text, 'latin1'));
  const own = Object.entries(read as object).map(([name, value]) => [name.replace(mark, ''), value]);
  const known = own.every(([name]) => name === '' || name === 'HOME' || name === 'PATH' || name in common);
  return known && Object.fromEntries(own)[keyVariable] === common[keyVariable];
}
