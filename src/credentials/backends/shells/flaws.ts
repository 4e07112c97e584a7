import { blocksBetween, drawBlock, type Marker } from '../../../changes/managed-block.ts';
import { removeSpan, replaceSpan } from '../../../changes/text-lines.ts';
import { MegallmError } from '../../../errors.ts';
import { Secret } from '../../../secret.ts';
import { keyVariable } from '../../key.ts';
import type { Flaw, IsOurKey } from '../backend.ts';
import { joinRemovals } from '../scripts/removal.ts';
import type { Assignment } from '../scripts/statement.ts';
import { blocksOf, markersIn } from './blocks.ts';
import type { ShellDialect } from './dialect.ts';

/** What is wrong with our blocks in a startup file, and with lines of ours beside them. */
export function flawsOf(dialect: ShellDialect, path: string, text: string, isOurs: IsOurKey): Flaw[] {
  const markers = markersIn(dialect, text);
  const half = halfBlock(dialect, path, text, markers);
  if (half) return [half];
  const blocks = blocksBetween(markers, text, path);
  const [first, ...others] = blocks;
  if (first === undefined) return [];
  const lineOf = (at: number) => text.slice(0, at).split('\n').length;
  const doubled = others.map(({ start, end }): Flaw => {
    const line = lineOf(start);
    return {
      path,
      line,
      detail: 'a second block of ours',
      next: [`Delete the block that begins at ${path}:${line}`],
      mend: cut(path, text.slice(start, end)),
    };
  });
  const edited = blocks.filter(({ start, end }) => !isAsWritten(dialect, text.slice(start, end)));
  const changed = edited.map(({ start }): Flaw => {
    return {
      path,
      line: lineOf(start),
      detail: 'our block was edited by hand',
      next: [`Move lines of yours out of the block in ${path}, then: megallm env write --to ${dialect.id}`],
    };
  });
  return [...(changed.length > 0 ? changed : doubled), ...repeated(dialect, path, text, isOurs)];
}

/** The same key by hand, outside of the block: it would stay when the key is rotated. */
function repeated(dialect: ShellDialect, path: string, text: string, isOurs: IsOurKey): Flaw[] {
  return outside(dialect, path, text, isOurs).map(({ line, removal }): Flaw => {
    const flaw = { path, line, detail: `sets ${keyVariable} again, beside our block` };
    if (!removal) return { ...flaw, next: [`Take it out by hand: ${path}:${line}`] };
    return {
      ...flaw,
      next: [`Take out ${path}:${line}`],
      mend(draft) {
        const now = draft.read(path)?.toString('latin1') ?? '';
        const removals = outside(dialect, path, now, isOurs).flatMap((each) => each.removal ?? []);
        const rest = joinRemovals(removals).reduceRight(
          (kept, { start, end }) => removeSpan(kept, start, end),
          now,
        );
        draft.write(path, Buffer.from(rest, 'latin1'));
      },
    };
  });
}

function outside(dialect: ShellDialect, path: string, text: string, isOurs: IsOurKey): Assignment[] {
  const blocks = blocksOf(dialect, path, text);
  return dialect
    .read(text, new Set([keyVariable]))
    .statements.filter((statement): statement is Assignment => {
      if (statement.kind !== 'assignment' || statement.value === undefined) return false;
      if (blocks.some(({ start, end }) => statement.start >= start && statement.end <= end)) return false;
      return isOurs(new Secret(statement.value).fingerprint);
    });
}

/** One end of a block whose other end is missing; put back where nothing but our own line is between. */
function halfBlock(
  dialect: ShellDialect,
  path: string,
  text: string,
  markers: readonly Marker[],
): Flaw | undefined {
  try {
    blocksBetween(markers, text, path);
    return undefined;
  } catch (error) {
    if (!(error instanceof MegallmError)) throw error;
  }
  const lone =
    markers.find(({ opens }, index) => opens === (markers[index + 1]?.opens ?? true)) ?? markers[0];
  if (lone === undefined) return undefined;
  const line = text.slice(0, lone.start).split('\n').length;
  const detail = `our block has no ${lone.opens ? 'end' : 'beginning'}`;
  const body = `${dialect.readingLine}\n`;
  const newline = text.slice(lone.start, lone.end).endsWith('\r\n') ? '\r\n' : '\n';
  const block = drawBlock(body, newline);
  const piece = lone.opens ? block.slice(0, block.indexOf('# <<<')) : block.slice(block.indexOf('\n') + 1);
  const start = lone.opens ? lone.start : lone.end - piece.length;
  const next = [`Delete what is left of the block in ${path}, then: megallm env write --to ${dialect.id}`];
  const isOurs = markers.length === 1 && start >= 0 && text.startsWith(piece, start);
  if (!isOurs) return { path, line, detail, next };
  return {
    path,
    line,
    detail,
    next,
    mend(draft) {
      const now = draft.read(path)?.toString('latin1') ?? '';
      const at = now.indexOf(piece);
      if (at < 0) return;
      draft.write(path, Buffer.from(replaceSpan(now, at, at + piece.length, block), 'latin1'));
    },
  };
}

/** Takes the last such piece out of what the file is by then. */
function cut(path: string, piece: string): NonNullable<Flaw['mend']> {
  return (draft) => {
    const now = draft.read(path)?.toString('latin1') ?? '';
    const at = now.lastIndexOf(piece);
    if (at >= 0) draft.write(path, Buffer.from(removeSpan(now, at, at + piece.length), 'latin1'));
  };
}

function isAsWritten({ readingLine, read }: ShellDialect, block: string): boolean {
  const lines = block
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line !== '' && !line.startsWith('# <<< megallm'));
  if (lines.length === 1 && lines[0] === readingLine) return true;
  const { statements } = read(lines.join('\n'));
  return (
    statements.length === lines.length &&
    statements.every((each) => each.kind === 'assignment' && /^(?:MEGALLM|OPENAI|ANTHROPIC)_/.test(each.name))
  );
}
