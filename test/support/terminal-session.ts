import { closeSync, constants, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { cleanEnvironment, type ProgramOptions } from './program.ts';

export interface TerminalOptions extends ProgramOptions {
  /** 80 unless given. */
  readonly cols?: number;
  /** 24 unless given. */
  readonly rows?: number;
}

/** A program in a real terminal, as a person at it sees and uses it. Deadlines are in ms, 15 s unless given. */
export interface TerminalSession {
  /** Sends keys: text, `\r` for Enter, `\x03` for Ctrl-C, `\x1b[A` for the up arrow. */
  type(keys: string): void;
  resize(cols: number, rows: number): void;
  /** The rows on screen, without trailing spaces and empty rows at the end. */
  screen(): string[];
  /** All lines, also those that have scrolled away; a line that the terminal has wrapped is one again. */
  lines(): string[];
  /** All lines as they look, without empty ones at the end. */
  styledLines(): StyledText[][];
  /** All that the program wrote, escape sequences included: where a leaked secret would be. */
  raw(): string;
  /** Waits until the screen, by its rows or with wrapped lines joined, shows it. Gives the screen that did. */
  waitFor(expected: string | RegExp, deadline?: number): Promise<string[]>;
  /** Waits until the program has ended and all its output is on the screen. */
  exit(deadline?: number): Promise<Ending>;
}

/** Text that looks the same from its first to its last character. */
export interface StyledText {
  readonly text: string;
  /** One of the terminal's 16 colours; `undefined`: the usual one. */
  readonly colour: number | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
}

interface Ending {
  readonly exitCode: number;
  readonly signal: number | undefined;
}

/** Runs a program in a terminal, until it ends or is ended. */
export function startInTerminal(
  file: string,
  args: readonly string[],
  options: TerminalOptions,
): TerminalSession & { end(): void } {
  const { cols = 80, rows = 24 } = options;
  const screen = new xterm.Terminal({ cols, rows, scrollback: 10_000, allowProposedApi: true });
  const pty = spawn(file, [...args], {
    // This becomes TERM, whatever the environment says.
    name: options.env?.TERM ?? 'xterm-256color',
    cols,
    rows,
    cwd: options.cwd ?? options.home.path,
    env: cleanEnvironment(options),
  });
  const release = holdOpen(pty);
  let raw = '';
  let ended: Ending | undefined;
  pty.onData((text) => {
    raw += text;
    screen.write(text);
  });
  // Programs ask the terminal questions, such as where its cursor is, and wait for the answer.
  screen.onData((answer) => {
    if (!ended) pty.write(answer);
  });
  pty.onExit(({ exitCode, signal }) => {
    ended = { exitCode, signal: signal || undefined };
    release();
  });

  /** What came last may still be in the parser's queue when the program has ended. */
  const parsed = () => new Promise<void>((resolve) => screen.write('', resolve));
  const rowsOnScreen = () => rowsFrom(screen, screen.buffer.active.baseY);
  const shows = (expected: string | RegExp) =>
    [rowsOnScreen(), linesFrom(screen, screen.buffer.active.baseY)].some((lines) => matches(lines, expected));
  const failure = (what: string) => new Error(`${what}. The screen:\n${rowsOnScreen().join('\n')}`);

  return {
    type: (keys) => pty.write(keys),
    resize(newCols, newRows) {
      pty.resize(newCols, newRows);
      screen.resize(newCols, newRows);
    },
    screen: rowsOnScreen,
    lines: () => linesFrom(screen, 0),
    raw: () => raw,
    async waitFor(expected, deadline = 15_000) {
      const givenUp = Date.now() + deadline;
      while (!shows(expected)) {
        if (Date.now() > givenUp) throw failure(`${expected} was not shown within ${deadline} ms`);
        const isLast = ended !== undefined;
        await parsed();
        if (isLast && !shows(expected)) throw failure(`${file} ended without showing ${expected}`);
        await sleep(20);
      }
      return rowsOnScreen();
    },
    styledLines: () => styledLinesFrom(screen),
    end() {
      if (!ended) pty.kill('SIGKILL');
      screen.dispose();
    },
    async exit(deadline = 15_000) {
      const givenUp = Date.now() + deadline;
      while (!ended) {
        if (Date.now() > givenUp) throw failure(`${file} did not end within ${deadline} ms`);
        await sleep(20);
      }
      await parsed();
      return ended;
    },
  };
}

/**
 * Keeps the program's side of the terminal open until all has been read. Otherwise Node takes the first short read
 * after the program's end for the last one, and what came after it is lost (https://github.com/libuv/libuv/issues/4992).
 */
function holdOpen(pty: IPty): () => void {
  if (!('ptsName' in pty) || typeof pty.ptsName !== 'string') return () => undefined;
  const side = openSync(pty.ptsName, constants.O_RDWR | constants.O_NOCTTY);
  return () => closeSync(side);
}

function matches(lines: readonly string[], expected: string | RegExp): boolean {
  const text = lines.join('\n');
  return typeof expected === 'string' ? text.includes(expected) : text.search(expected) >= 0;
}

function rowsFrom(screen: xterm.Terminal, first: number): string[] {
  const buffer = screen.buffer.active;
  const rows: string[] = [];
  for (let y = first; y < buffer.length; y += 1) rows.push(buffer.getLine(y)?.translateToString(true) ?? '');
  return withoutEmptyEnd(rows);
}

function linesFrom(screen: xterm.Terminal, first: number): string[] {
  const buffer = screen.buffer.active;
  const lines: string[] = [];
  for (let y = first; y < buffer.length; y += 1) {
    const isWrapped = buffer.getLine(y + 1)?.isWrapped ?? false;
    // A row that goes on in the next one keeps its trailing spaces: they are part of the line.
    const text = buffer.getLine(y)?.translateToString(!isWrapped) ?? '';
    if (buffer.getLine(y)?.isWrapped && lines.length > 0) lines.push((lines.pop() ?? '') + text);
    else lines.push(text);
  }
  return withoutEmptyEnd(lines);
}

function styledLinesFrom(screen: xterm.Terminal): StyledText[][] {
  const buffer = screen.buffer.active;
  const count = linesFrom(screen, 0).length;
  return Array.from({ length: count }, (_, y) => {
    const line = buffer.getLine(y);
    const runs: StyledText[] = [];
    for (let x = 0; x < (line?.length ?? 0); x += 1) {
      const cell = line?.getCell(x);
      if (cell === undefined || cell.getWidth() === 0) continue;
      const colour = cell.isFgPalette() ? cell.getFgColor() : undefined;
      const style = { colour, bold: cell.isBold() > 0, dim: cell.isDim() > 0 };
      const last = runs.at(-1);
      const text = cell.getChars() || ' ';
      if (last && last.colour === colour && last.bold === style.bold && last.dim === style.dim)
        runs[runs.length - 1] = { ...style, text: last.text + text };
      else runs.push({ ...style, text });
    }
    return runs;
  });
}

function withoutEmptyEnd(lines: readonly string[]): string[] {
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}
