import type { GrowthFigures } from './measure-growth.ts';
import type { Figures } from './measure-rows.ts';
import { growthGoal, growths, type Row, type RowId, rows, type SubjectId, type Unit } from './rows.ts';

/** What was measured on which machine. */
export interface Results {
  readonly machine: string;
  readonly rounds: number;
  readonly figures: ReadonlyMap<RowId, Figures>;
  readonly growth: GrowthFigures;
}

const columns = ['what', 'megallm', 'goal', 'met', 'megallm 3.1.0', 'gh'];

/** The tables as Markdown. */
export function drawResults({ machine, rounds, figures, growth }: Results): string {
  const measured = rows.map((row) => {
    const values = figures.get(row.id) ?? {};
    const ours = figureOf(row, 'megallm', values);
    return [
      row.what,
      show(ours, row.unit),
      `≤ ${show(row.goal, row.unit)}`,
      verdict(ours, row.goal),
      show(figureOf(row, 'published', values), row.unit),
      show(figureOf(row, 'gh', values), row.unit),
    ];
  });
  const grown = growths.map(({ id, what, sizes }) => {
    const seconds = growth.get(id) ?? [];
    return [
      what,
      sizes.map((size) => size.toLocaleString('en')).join(' · '),
      sizes.map((_, index) => show(seconds[index], 's')).join(' · '),
      verdict(seconds.at(-1), growthGoal),
    ];
  });
  return `${machine}, medians of ${rounds} runs in turn; × is the time (or memory) of \`node -e 0\` in the same run.

${draw(columns, measured)}
How it grows, to at most ${growthGoal} s:

${draw(['what', 'sizes', 'time', 'met'], grown)}`;
}

/** The rows that are worse than `factor` times their goal, in words. */
export function misses(figures: Results['figures'], wanted: readonly Row[], factor: number): string[] {
  return wanted.flatMap((row) => {
    const value = figureOf(row, 'megallm', figures.get(row.id) ?? {});
    if (value !== undefined && value <= row.goal * factor) return [];
    return `${row.what}: ${show(value, row.unit)}, and ${show(row.goal * factor, row.unit)} is the most`;
  });
}

function figureOf({ unit }: Row, subject: SubjectId, figures: Figures): number | undefined {
  const own = figures[subject];
  if (own === undefined) return undefined;
  if (unit === 'of node') return figures.node === undefined ? undefined : own / figures.node;
  if (unit === 'of published') return figures.published === undefined ? undefined : own / figures.published;
  return unit === 's' ? own / 1000 : own;
}

const shown: Record<Unit, (value: number) => string> = {
  'of node': (value) => `${value.toFixed(2)} ×`,
  'of published': (value) => `${value.toFixed(2)} of 3.1.0's`,
  packages: (value) => String(value),
  MB: (value) => `${value.toFixed(1)} MB`,
  s: (value) => `${value.toFixed(2)} s`,
};

function show(value: number | undefined, unit: Unit): string {
  return value === undefined ? '–' : shown[unit](value);
}

function verdict(value: number | undefined, goal: number): string {
  if (value === undefined) return '–';
  return value <= goal ? 'yes' : 'no';
}

/** Aligned, as the formatter wants the README to be. */
function draw(titles: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...lines.map(line)].join('');
}

const begin = '<!-- npm run bench -- --write -->';
const end = '<!-- end of its output -->';

/** The text with the tables put between their two marks. */
export function withResults(readme: string, tables: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error('README.md has lost the marks around the tables of speed.');
  return `${readme.slice(0, from)}${begin}\n${tables}${readme.slice(to)}`;
}
