import { writeSync } from 'node:fs';
import { MegallmError, systemCode } from '../errors.ts';
import { maskKeys } from '../secret.ts';
import type { Ending } from '../system/child.ts';
import type { Variables } from '../system/machine.ts';
import { columnsOf, isTerminal, type StandardStreams } from './streams.ts';
import type { Row, Table } from './table.ts';
import { dim, drawLines, type Line, plainCharacters, rowsOf, type Theme, themeFor } from './theme.ts';

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly noColor: boolean;
}

/** What a command has to tell when it is done. */
export interface Report {
  /** The `--json` document. */
  readonly data: object;
  /** The data, for a person or a pipe: on stdout. */
  readonly lines?: readonly Line[];
  /** The same in groups. */
  readonly sections?: readonly Section[];
  /** The same in columns. */
  readonly table?: Table;
  /** What happened, for a person: on stderr. */
  readonly talk?: readonly Line[];
  /** Text for stdout as it is, the one kind of output that may hold a key. */
  readonly raw?: string;
  readonly exitCode?: number;
  /** The program that the command ran has had stdout to itself, so that nothing is written; we end as it did. */
  readonly ending?: Ending;
  /** For a report that is the only place of a new key: runs `show`, which throws when stdout does not take it all. */
  readonly keep?: (show: () => Promise<void>) => Promise<void>;
}

export interface Section {
  readonly title?: string;
  readonly lines: readonly Line[];
}

/** stdout is data, stderr is talk; nothing but `raw` and the `key` of a JSON document leaves here unmasked. */
export class Output {
  readonly options: OutputOptions;
  readonly #env: Variables;
  readonly #streams: StandardStreams;
  #passing = false;

  constructor(options: OutputOptions, env: Variables, streams: StandardStreams) {
    this.options = options;
    this.#env = env;
    this.#streams = streams;
  }

  async report(report: Report): Promise<void> {
    if (report.ending) return;
    if (report.keep) await report.keep(() => this.#show(report, writeAll));
    else await this.#show(report, writeWhileRead);
  }

  async #show(report: Report, write: (text: string) => void): Promise<void> {
    const { data, lines = [], sections = [{ lines }], table, talk = [], raw } = report;
    // Only what is printed raw may hold a key, as a document too.
    const masked =
      raw === undefined
        ? (_: string, value: unknown) => (typeof value === 'string' ? maskKeys(value) : value)
        : undefined;
    if (this.options.json) return write(`${JSON.stringify(data, masked, 2)}\n`);
    await this.say(talk);
    if (raw !== undefined) write(raw);
    if (table && table.rows.length > 0) write(await this.#drawTable(table));
    const drawn = await Promise.all(sections.map((section) => this.#drawSection(section)));
    write(drawn.join('\n'));
  }

  /** A part of the data, while the command finds out the rest. */
  async show(section: Section): Promise<void> {
    if (this.options.json) return;
    const drawn = await this.#drawSection(section);
    this.#endPassing();
    writeWhileRead(section.title === undefined ? drawn : `${drawn}\n`);
  }

  /** What a person waits for: on a terminal alone, and gone as soon as there is something else to show. */
  async pass(text: string): Promise<void> {
    if (this.options.json || this.options.quiet || this.#env.TERM === 'dumb') return;
    if (!isTerminal(this.#streams, 'stderr')) return;
    const theme = await this.#theme('stderr');
    this.#endPassing();
    tell(dim(plainCharacters(safe(text), theme), theme));
    this.#passing = true;
  }

  #endPassing(): void {
    if (this.#passing) tell('\r\u001B[K');
    this.#passing = false;
  }

  /** Talk while a command is at work. */
  async say(lines: readonly Line[]): Promise<void> {
    if (this.options.json || this.options.quiet || lines.length === 0) return;
    tell(await this.#draw(lines, 'stderr'));
  }

  /** One line that nobody has to read. */
  async whisper(text: string): Promise<void> {
    const { colour } = await this.#theme('stderr');
    tell(`${colour?.dim(safe(text)) ?? safe(text)}\n`);
  }

  /** Talk that `--quiet` and `--json` do not silence: warnings. */
  async warn(line: Omit<Line, 'mark'>): Promise<void> {
    tell(await this.#draw([{ mark: 'warn', ...line }], 'stderr'));
  }

  /**
   * What a person has to see for the command to go on: neither `--quiet` nor `--json` silences it. `qrCode`: a text that
   * is shown as a QR code too, where a terminal has room for it above the lines.
   */
  async instruct(lines: readonly Line[], qrCode?: string): Promise<void> {
    const text = await this.#draw(lines, 'stderr');
    const drawn = qrCode === undefined ? '' : await this.#drawQrCode(qrCode, text);
    tell(drawn + text);
  }

  async #drawQrCode(content: string, below: string): Promise<string> {
    if (this.options.json || this.options.quiet || !isTerminal(this.#streams, 'stderr')) return '';
    const { drawQrCode } = await import('./qr-code.ts');
    const theme = await this.#theme('stderr');
    // One row more is the cursor's.
    return drawQrCode(content, theme, this.#streams.stderr.rows - rowsOf(below, theme) - 1) ?? '';
  }

  /** Text for the program that reads our output, as it is: on stdout, or on stderr where stdout has something else. */
  announce(text: string, stdoutIsTaken = this.options.json): void {
    if (stdoutIsTaken) tell(text);
    else writeWhileRead(text);
  }

  async fail(error: MegallmError): Promise<void> {
    const message = safe(error.message);
    const hints = error.hints.map(safe);
    const document = { error: { code: error.code, message, hint: hints.join('\n') } };
    if (this.options.json && tryWrite(`${JSON.stringify(document, null, 2)}\n`)) return;
    tell(await this.#draw([{ mark: 'fail', label: message, next: hints }], 'stderr'));
  }

  /** Help, to stdout. */
  print(text: string): void {
    writeWhileRead(text);
  }

  /** For `--debug` alone. */
  trace(text: string): void {
    tell(`${safe(text)}\n`);
  }

  async #drawSection({ title, lines }: Section): Promise<string> {
    const body = await this.#draw(lines, 'stdout');
    return title === undefined ? body : `${title}\n${body.replace(/^(?=.)/gm, '  ')}`;
  }

  async #drawTable({ columns, rows }: Table): Promise<string> {
    const { drawTable } = await import('./table.ts');
    return drawTable({ columns, rows: rows.map(safeRow) }, await this.#theme('stdout'));
  }

  async #draw(lines: readonly Line[], stream: 'stdout' | 'stderr'): Promise<string> {
    return drawLines(lines.map(safeLine), await this.#theme(stream));
  }

  #theme(stream: 'stdout' | 'stderr'): Promise<Theme> {
    const facts = { isTTY: isTerminal(this.#streams, stream), columns: columnsOf(this.#streams, stream) };
    return themeFor(facts, this.#env, this.options.noColor);
  }
}

function safeLine(line: Line): Line {
  return {
    ...line,
    label: safe(line.label),
    detail: line.detail === undefined ? undefined : safe(line.detail),
    place: line.place === undefined ? undefined : safe(line.place),
    next: line.next?.map(safe),
  };
}

function safeRow({ mark, cells }: Row): Row {
  return { mark, cells: cells.map((cell) => ({ ...cell, text: safe(cell.text) })) };
}

/** Keys masked, and no control character left by which a server or a file's name could drive the terminal. */
function safe(text: string): string {
  return maskKeys(text).replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '');
}

/** To stdout; a reader that has gone away has had enough. */
function writeWhileRead(text: string): void {
  try {
    writeAll(text);
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
  }
}

/** To stdout, every byte. */
function writeAll(text: string): void {
  try {
    write(1, text);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EPIPE' || code === 'EBADF') throw new Unread('failed', 'Nobody reads standard output.');
    throw new MegallmError('failed', `Standard output cannot be written to (${code}).`);
  }
}

function tryWrite(text: string): boolean {
  try {
    writeWhileRead(text);
    return true;
  } catch {
    return false;
  }
}

/** To stderr; when that is gone too, there is nobody left to tell. */
function tell(text: string): void {
  try {
    write(2, text);
  } catch {
    // The exit code says it.
  }
}

class Unread extends MegallmError {}

/** Synchronous, so that nothing is lost when the process ends. */
function write(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (systemCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
