import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { onTestFinished } from 'vitest';

/** What stands at a path, as far as a program could have changed it. `mode` is the permission bits. */
export type Entry =
  | { type: 'file'; mode: number; size: number; sha256: string }
  | { type: 'folder'; mode: number }
  | { type: 'link'; target: string }
  | { type: 'other'; mode: number };

/** A real folder of its own that stands in for the user's home. Paths are relative to it. */
export interface Home extends Disposable {
  /** Without symbolic links in it, so that it compares equal to what programs report. */
  readonly path: string;
  /** Writes a file, with the folders it needs. `mode` is exact, whatever the umask. */
  write(path: string, content: string | Uint8Array, mode?: number): void;
  read(path: string): Buffer;
  /** Everything below the home, and the home itself as `.`, sorted by path: equal exactly when nothing changed. */
  snapshot(): Map<string, Entry>;
  remove(): void;
}

/** A home that is removed when the test that asked for it is over. A concurrent test hands in its own context's hook. */
export function temporaryHome(whenFinished: (remove: () => void) => void = onTestFinished): Home {
  const home = createHome();
  whenFinished(() => home.remove());
  return home;
}

/** A home for longer than a test: whoever makes it in `beforeAll` removes it in `afterAll`, or holds it by `using`. */
export function createHome(): Home {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'megallm-home-')));
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  return {
    path,
    write(file, content, mode = 0o644) {
      const target = inside(path, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
      chmodSync(target, mode);
    },
    read: (file) => readFileSync(inside(path, file)),
    snapshot: () => new Map(entries(path, '.')),
    remove,
    [Symbol.dispose]: remove,
  };
}

function inside(home: string, path: string): string {
  const target = join(home, path);
  if (!target.startsWith(home + sep)) throw new Error(`${path} is not inside the temporary home`);
  return target;
}

function* entries(home: string, path: string): Generator<[string, Entry]> {
  const absolute = join(home, path);
  const entry = entryAt(absolute);
  yield [relative(home, absolute).split(sep).join('/') || '.', entry];
  if (entry.type !== 'folder') return;
  for (const name of readdirSync(absolute).sort()) yield* entries(home, join(path, name));
}

function entryAt(path: string): Entry {
  const stats = lstatSync(path);
  const mode = stats.mode & 0o7777;
  if (stats.isSymbolicLink()) return { type: 'link', target: readlinkSync(path) };
  if (stats.isDirectory()) return { type: 'folder', mode };
  if (!stats.isFile()) return { type: 'other', mode };
  const bytes = readFileSync(path);
  return { type: 'file', mode, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
