import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { growths, rows } from './rows.ts';
import { drawResults, misses, type Results, withResults } from './table.ts';

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

const results: Results = {
  machine: 'a machine',
  rounds: 15,
  figures: new Map([
    ['version', { megallm: 55, published: 80, node: 50 }],
    ['help', { megallm: 100, published: 75, node: 50 }],
    ['npx', { megallm: 500, published: 5_000 }],
    ['packages', { megallm: 3, published: 158 }],
  ]),
  growth: new Map([['uninstall', [0.1, 0.2, 0.5, 2.1]]]),
};

/** Without what the cells are filled up with, so that they stand below each other. */
const unpadded = (markdown: string) => markdown.replace(/ +\|/g, ' |');
const drawn = () => unpadded(drawResults(results));

/** The first cells of the lines of all tables, without their headings. */
function firstCells(markdown: string): string[] {
  return [...markdown.matchAll(/^\| (?!what \||---)(.*?) \|/gm)].map(([, cell]) => cell ?? '');
}

it('the README shows every row, with a figure of ours, and goals that are those of the bench', () => {
  const [, shown = ''] =
    /<!-- npm run bench -- --write -->\n([\s\S]*)<!-- end of its output -->/.exec(unpadded(readme)) ?? [];
  expect(firstCells(shown)).toEqual([...rows, ...growths].map(({ what }) => what));
  const goals = (markdown: string) => markdown.split('\n').flatMap((line) => line.match(/≤ [^|]*/) ?? []);
  expect(goals(shown)).toEqual(goals(drawn()));
  for (const line of shown.split('\n')) expect(line).not.toMatch(/^\| [^|]* \| – \|/);
});

it('draws ratios within one run, and whether a goal is met', () => {
  const lines = drawn().split('\n');
  expect(lines).toContain('| `--version` | 1.10 × | ≤ 1.10 × | yes | 1.60 × | – |');
  expect(lines).toContain('| `--help` | 2.00 × | ≤ 1.30 × | no | 1.50 × | – |');
  expect(lines.find((line) => line.includes('nothing cached'))).toContain("| 0.10 of 3.1.0's |");
  expect(lines.find((line) => line.includes('that `npx megallm@latest` installs'))).toContain(
    '| 3 | ≤ 3 | yes | 158 |',
  );
  expect(lines.find((line) => line.includes('`uninstall`'))).toMatch(/2\.10 s \| no \|$/);
});

it('names what is far beyond its goal, and what was not measured', () => {
  const wanted = rows.filter(({ id }) => id === 'version' || id === 'help' || id === 'whoami');
  expect(misses(results.figures, wanted, 1.5)).toEqual([
    '`--help`: 2.00 ×, and 1.95 × is the most',
    '`whoami`, service on the same machine: –, and 3.75 × is the most',
  ]);
});

it('replaces what stands between the marks, and nothing else', () => {
  const text = 'before\n<!-- npm run bench -- --write -->\nold\n<!-- end of its output -->\nafter\n';
  expect(withResults(text, 'new\n')).toBe(text.replace('old', 'new'));
  expect(() => withResults('no marks', 'new\n')).toThrow('marks');
});
