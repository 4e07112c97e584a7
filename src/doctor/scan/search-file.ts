import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** A key that stands in a file; `line` is counted from 1. */
export interface Sighting {
  readonly line: number;
  readonly fingerprint: string;
}

export interface Search {
  /** The fingerprint of the known key that begins the text, if one does. */
  identify(text: string): string | undefined;
  /** Bytes that may still be read, by all files together; counts down. */
  budget: number;
  readonly signal: AbortSignal;
}

const chunkSize = 1 << 20;
/** In bytes: no key is longer. */
const longest = 1024;
const prefix = Buffer.from('sk-mega-');

/** The known keys in a file, which is read piece by piece; one sighting for each line and key. */
export async function searchFile(path: string, search: Search): Promise<Sighting[]> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(() => undefined);
  if (file === undefined) return [];
  try {
    if (!(await file.stat()).isFile()) return [];
    return await searchPieces((buffer, offset) => file.read(buffer, offset, buffer.length - offset), search);
  } catch {
    // It cannot be read, or has gone meanwhile.
    return [];
  } finally {
    await file.close();
  }
}

async function searchPieces(
  read: (buffer: Buffer, offset: number) => Promise<{ bytesRead: number }>,
  search: Search,
): Promise<Sighting[]> {
  const buffer = Buffer.alloc(chunkSize + longest);
  const found = new Map<string, Sighting>();
  let line = 1;
  let kept = 0;
  while (!search.signal.aborted && search.budget > 0) {
    const { bytesRead } = await read(buffer, kept);
    search.budget -= bytesRead;
    const end = kept + bytesRead;
    // A key that the end of the piece may cut is looked at with the next one.
    const settled = bytesRead === 0 ? end : Math.max(0, end - longest);
    let counted = 0;
    for (const at of starts(buffer.subarray(0, end), settled)) {
      const fingerprint = search.identify(buffer.toString('latin1', at, Math.min(end, at + longest)));
      if (fingerprint === undefined) continue;
      line += newlinesIn(buffer, counted, at);
      counted = at;
      const sighting = { line, fingerprint };
      found.set(`${sighting.line} ${fingerprint}`, sighting);
    }
    if (bytesRead === 0) break;
    line += newlinesIn(buffer, counted, settled);
    buffer.copyWithin(0, settled, end);
    kept = end - settled;
  }
  return [...found.values()];
}

function* starts(bytes: Buffer, before: number): Generator<number> {
  for (let at = bytes.indexOf(prefix); at >= 0 && at < before; at = bytes.indexOf(prefix, at + 1)) yield at;
}

function newlinesIn(bytes: Buffer, from: number, before: number): number {
  let count = 0;
  for (let at = bytes.indexOf(10, from); at >= 0 && at < before; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
