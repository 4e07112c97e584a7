import {
  type Block,
  blocksBetween,
  findMarkers,
  type Marker,
  markerLength,
} from '../../../changes/managed-block.ts';
import type { ShellDialect } from './dialect.ts';

/** Our blocks. The same lines in a here-document, in quotes or in a function are the user's text. */
export function blocksOf(dialect: ShellDialect, path: string, text: string): Block[] {
  return blocksBetween(markersIn(dialect, text), text, path);
}

/** The ends of our blocks, paired or not. */
export function markersIn(dialect: ShellDialect, text: string): Marker[] {
  const markers = findMarkers(text);
  return markers.length === 0 ? [] : commentsAmong(markers, text, dialect);
}

/** The markers that the shell takes for comments: where it would take an assignment in their place for one. */
function commentsAmong(markers: readonly Marker[], text: string, dialect: ShellDialect): Marker[] {
  const name = 'MGLLM';
  const assignment = dialect.exportLine(name, '1').padEnd(markerLength);
  const rests = markers.map(({ start }, index) =>
    text.slice(start + markerLength, markers[index + 1]?.start),
  );
  const probed = [text.slice(0, markers[0]?.start), ...rests].join(assignment);
  const { statements } = dialect.read(probed, new Set([name]));
  const found = statements.filter(({ context }) => context === 'top-level').map(({ start }) => start);
  return markers.filter(({ start }) => found.some((at) => at >= start && at < start + markerLength));
}
