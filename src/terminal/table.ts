import widthOf from 'fast-string-truncated-width';
import { dim, drawMark, type Mark, plainCharacters, type Theme } from './theme.ts';

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Column {
  readonly title: string;
  /** Where there is no room it is cut, or left out, the last one first; any other column is always whole. */
  readonly inNoRoom?: 'cut' | 'left-out';
}

export interface Row {
  /** Before the first cell. */
  readonly mark?: Mark | undefined;
  readonly cells: readonly Cell[];
}

export interface Cell {
  readonly text: string;
  readonly mark?: Mark | undefined;
}

/** Between columns, in characters. */
const gap = 2;
/** A column is not cut to less: its beginning would tell nothing. */
const shortest = 12;

/** Columns as wide as they need to be and as the terminal lets them; where that is too narrow, each row is a paragraph. */
export function drawTable({ columns, rows }: Table, theme: Theme): string {
  const marked: Row[] = rows.map(({ mark, cells }) => ({
    cells: cells.map((cell, index) => (index === 0 && mark ? { ...cell, mark } : cell)),
  }));
  const measured = columns.map((column, index) => measure(column, index, marked, theme));
  const fitting = columnsThatFit(measured, theme.width ?? Number.POSITIVE_INFINITY);
  if (fitting === undefined) return marked.map((row) => drawParagraph(columns, row, theme)).join('');
  const heading = fitting.map(({ title, room, width }) => padded(' '.repeat(room) + title, room + width));
  const lines = marked.map((row) =>
    join(fitting.map((column) => drawCell(row.cells[column.index], column, theme))),
  );
  return `${[dim(join(heading), theme), ...lines].join('\n')}\n`;
}

interface Measured extends Column {
  readonly index: number;
  /** For the marks before its cells. */
  readonly room: number;
  readonly width: number;
}

function measure(column: Column, index: number, rows: readonly Row[], theme: Theme): Measured {
  let [room, width] = [0, columnsOf(column.title)];
  for (const { cells } of rows) {
    const cell = cells[index];
    if (cell?.mark) room = Math.max(room, columnsOf(drawMark(cell.mark, theme)));
    width = Math.max(width, columnsOf(plainCharacters(cell?.text ?? '', theme)));
  }
  return { ...column, index, room, width };
}

/** The columns that there is room for; `undefined` where even cutting does not help. */
function columnsThatFit(columns: readonly Measured[], room: number): readonly Measured[] | undefined {
  const excess = columns.reduce((sum, { room: marks, width }) => sum + marks + width + gap, -gap) - room;
  if (excess <= 0) return columns;
  const cut = columns.find(({ inNoRoom, width }) => inNoRoom === 'cut' && width - excess >= shortest);
  if (cut) return columns.map((column) => (column === cut ? { ...cut, width: cut.width - excess } : column));
  const leftOut = columns.findLast(({ inNoRoom }) => inNoRoom === 'left-out');
  return (
    leftOut &&
    columnsThatFit(
      columns.filter((column) => column !== leftOut),
      room,
    )
  );
}

function drawCell(cell: Cell | undefined, { room, width }: Measured, theme: Theme): string {
  const text = padded(shortened(plainCharacters(cell?.text ?? '', theme), width, theme), width);
  const { mark } = cell ?? {};
  return mark ? padded(drawMark(mark, theme), room) + text : ' '.repeat(room) + text;
}

function shortened(text: string, width: number, theme: Theme): string {
  if (columnsOf(text) <= width) return text;
  const ellipsis = theme.unicode ? '…' : '...';
  const { ellipsed, index } = widthOf(text, { limit: width, ellipsis, ellipsisWidth: ellipsis.length });
  return ellipsed ? text.slice(0, index) + ellipsis : text;
}

function columnsOf(text: string): number {
  // Most of it, and how a key that is not shown whole ends; quicker: there may be thousands of rows.
  return /^[ -~]*…?$/.test(text) ? text.length : widthOf(text).width;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

function join(parts: readonly string[]): string {
  return parts.join(' '.repeat(gap)).trimEnd();
}

/** Nothing is cut, so that what is long can still be copied. */
function drawParagraph(columns: readonly Column[], { cells }: Row, theme: Theme): string {
  const [first, ...others] = columns;
  const titleWidth = Math.max(...others.map(({ title }) => title.length));
  const whole = (cell: Cell | undefined) =>
    `${cell?.mark ? drawMark(cell.mark, theme) : ''}${plainCharacters(cell?.text ?? '', theme)}`;
  const facts = others.flatMap(({ title }, index) => {
    const cell = cells[index + 1];
    return cell?.text ? [`  ${dim(title.padEnd(titleWidth), theme)}  ${whole(cell)}\n`] : [];
  });
  return `${first ? whole(cells[0]) : ''}\n${facts.join('')}`;
}
