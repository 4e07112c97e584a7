import { describe, expect, it } from 'vitest';
import { drawTable, type Table } from '../../../src/terminal/table.ts';
import type { Theme } from '../../../src/terminal/theme.ts';

const table: Table = {
  columns: [
    { title: 'Name', inNoRoom: 'cut' },
    { title: 'Expires' },
    { title: 'Made', inNoRoom: 'left-out' },
  ],
  rows: [
    { mark: 'ok', cells: [{ text: 'laptop' }, { text: '2027-01-31' }, { text: '2026-01-01' }] },
    {
      cells: [
        { text: 'a name that goes on and on' },
        { text: '2026-12-01', mark: 'warn' },
        { text: '2026-01-02' },
      ],
    },
    { cells: [{ text: '日本語のキー' }, { text: 'never' }, { text: '' }] },
  ],
};
const draw = (width: number | undefined, unicode = true) => {
  const theme: Theme = { colour: undefined, unicode, width };
  return drawTable(table, theme).split('\n');
};

describe('drawTable', () => {
  it.each([undefined, 56, 200])('is as wide as it needs to be (%s)', (width) => {
    expect(draw(width)).toEqual([
      '  Name                          Expires     Made',
      '✓ laptop                        2027-01-31  2026-01-01',
      '  a name that goes on and on  ! 2026-12-01  2026-01-02',
      '  日本語のキー                  never',
      '',
    ]);
  });

  it('cuts what may be cut, and after that leaves out what may be left out', () => {
    expect(draw(44)).toEqual([
      '  Name                Expires     Made',
      '✓ laptop              2027-01-31  2026-01-01',
      '  a name that goe…  ! 2026-12-01  2026-01-02',
      '  日本語のキー        never',
      '',
    ]);
    expect(draw(38)[2]).toBe('  a name that goes on a…  ! 2026-12-01');
    expect(draw(38, false)[2]).toBe('   a name that goes o...  ! 2026-12-01');
  });

  it('makes a paragraph of each row where there is no room at all, and cuts nothing', () => {
    expect(draw(24)).toEqual([
      '✓ laptop',
      '  Expires  2027-01-31',
      '  Made     2026-01-01',
      'a name that goes on and on',
      '  Expires  ! 2026-12-01',
      '  Made     2026-01-02',
      '日本語のキー',
      '  Expires  never',
      '',
    ]);
  });

  it('never goes beyond the terminal', () => {
    for (let width = 30; width < 60; width += 1) {
      const wide = (text: string) => [...text].reduce((sum, one) => sum + (/[぀-鿿]/.test(one) ? 2 : 1), 0);
      for (const line of draw(width)) expect(wide(line)).toBeLessThanOrEqual(width);
    }
  });

  it('bears many rows', () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => ({ cells: [{ text: `${index}` }] }));
    const theme: Theme = { colour: undefined, unicode: true, width: 80 };
    expect(drawTable({ columns: [{ title: 'N' }], rows }, theme).split('\n')).toHaveLength(200_002);
  });
});
