import type { ChalkInstance } from 'chalk';
import type { Variables } from '../system/machine.ts';

/** How one output stream may look. */
export interface Theme {
  readonly colour: ChalkInstance | undefined;
  readonly unicode: boolean;
  /** Columns; `undefined` when it is no terminal. */
  readonly width: number | undefined;
}

export interface StreamFacts {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
}

/** https://no-color.org and https://force-color.org; chalk is loaded only when there is something to colour. */
export async function themeFor(stream: StreamFacts, env: Variables, noColor: boolean): Promise<Theme> {
  const wanted = !noColor && wantsColour(stream, env);
  const colour = wanted ? new (await import('chalk')).Chalk({ level: 1 }) : undefined;
  return { colour, unicode: drawsUnicode(stream, env), width: stream.columns };
}

function wantsColour(stream: StreamFacts, env: Variables): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY && env.TERM !== 'dumb' && !env.CI;
}

/** Only a terminal can lack the characters; a pipe passes bytes on. */
function drawsUnicode(stream: StreamFacts, env: Variables): boolean {
  if (!stream.isTTY) return true;
  if (env.TERM === 'linux' || env.TERM === 'dumb') return false;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  if (locale) return /utf-?8/i.test(locale);
  return !env.OS?.startsWith('Windows') || Boolean(env.WT_SESSION || env.TERM_PROGRAM);
}

export type Mark = 'ok' | 'warn' | 'fail' | 'skip';

const marks = {
  ok: { unicode: '✓', ascii: 'ok', style: 'green' },
  warn: { unicode: '!', ascii: '!', style: 'yellow' },
  fail: { unicode: '✗', ascii: 'x', style: 'red' },
  skip: { unicode: '-', ascii: '-', style: 'dim' },
} as const;

/** A fact on a line: what it is about, what is so, and where. */
export interface Line {
  readonly mark?: Mark;
  readonly label: string;
  readonly detail?: string | undefined;
  readonly place?: string | undefined;
  /** Commands to paste, or sentences, below the line. */
  readonly next?: readonly string[] | undefined;
}

/** Lines that belong together: their details begin in one column. */
export function drawLines(lines: readonly Line[], theme: Theme): string {
  const column = Math.min(
    20,
    Math.max(0, ...lines.filter(({ detail }) => detail).map(({ label }) => label.length)),
  );
  return lines.map((line) => drawLine(line, column, theme)).join('');
}

/** How many rows of the terminal a drawn text takes, its long lines wrapped. */
export function rowsOf(drawn: string, { width = Number.POSITIVE_INFINITY }: Theme): number {
  const lines = drawn.replace(/\u001B\[[\d;]*m/g, '').split('\n');
  return lines.slice(0, -1).reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / width)), 0);
}

function drawLine({ mark, label, detail, place, next = [] }: Line, column: number, theme: Theme): string {
  const indent = mark ? drawMark(mark, theme) : '';
  const main = detail ? `${label.padEnd(column)}  ${detail}` : label;
  const where = place ? `  ${dim(place, theme)}` : '';
  const below = next.map((step) => `  ${theme.unicode ? '→' : '->'} ${plainCharacters(step, theme)}\n`);
  return `${indent}${plainCharacters(main, theme)}${where}\n${below.join('')}`;
}

export function drawMark(mark: Mark, theme: Theme): string {
  const { unicode, ascii, style } = marks[mark];
  const text = theme.unicode ? unicode : ascii;
  return `${theme.colour ? theme.colour[style](text) : text} `;
}

export function dim(text: string, theme: Theme): string {
  return theme.colour ? theme.colour.dim(text) : text;
}

export function plainCharacters(text: string, theme: Theme): string {
  return theme.unicode ? text : text.replaceAll('…', '...').replaceAll(' · ', ', ').replaceAll('→', '->');
}
