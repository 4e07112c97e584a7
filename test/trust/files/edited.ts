import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { MegallmError } from '../../../src/errors.ts';
import { signedInHome } from '../../support/signed-in-home.ts';
import { createHome, type Home } from '../../support/temporary-home.ts';
import { tally } from '../tally.ts';
import { InProcess, type Open } from './in-process.ts';

/** Files of a home by path: one character for each byte. */
export type Files = Readonly<Record<string, string>>;

export interface Edited {
  /** The person's files as they were, and all of them, with ours, as they are now. */
  readonly before: Files;
  readonly after: Files;
}

export interface Wish {
  readonly family: string;
  readonly open: Open;
  /** Something in the files has to give way, so that taking ours out does not bring it back (`undo` does). */
  readonly replaces: (before: Files) => boolean;
}

/** Edits files as megallm does, in a home of their own each, and gives those that were not refused. */
export class Editor {
  readonly #signedIn: Home;
  readonly key: string;
  #all = 0;
  #done = 0;

  private constructor(signedIn: Home, key: string) {
    this.#signedIn = signedIn;
    this.key = key;
  }

  static async signedIn(): Promise<Editor> {
    const { home, key } = await signedInHome();
    return new Editor(home, key);
  }

  async editAll(all: readonly Files[], wish: Wish): Promise<Edited[]> {
    const done: Edited[] = [];
    for (const files of all) {
      const edited = await this.#edit(files, wish);
      tally(wish.family, edited ? { cases: 1 } : { cases: 1, refused: 1 });
      if (edited) done.push(edited);
    }
    this.#all += all.length;
    this.#done += done.length;
    return done;
  }

  /** A megallm that refuses everything keeps every promise. */
  expectMostEdited(): void {
    expect(this.#done).toBeGreaterThan(this.#all * 0.4);
  }

  /**
   * `undefined`: refused, with everything as it was. On the way, writing again changes nothing, `undo` gives the bytes
   * back, and so does taking ours out.
   */
  async #edit(files: Files, { open, replaces }: Wish): Promise<Edited | undefined> {
    using home = createHome();
    cpSync(join(this.#signedIn.path, '.megallm'), join(home.path, '.megallm'), { recursive: true });
    for (const [path, text] of Object.entries(files)) home.write(path, Buffer.from(text, 'latin1'), 0o600);
    const megallm = new InProcess(home.path);
    const before = home.snapshot();
    let changed: boolean;
    try {
      changed = await megallm.write(open);
    } catch (error) {
      if (!(error instanceof MegallmError)) throw error;
      expectSame(home.snapshot(), before);
      return undefined;
    }
    const after = home.snapshot();
    const contents = readAll(home);
    expect(await megallm.write(open), 'writing again changes something').toBe(false);
    expectSame(home.snapshot(), after);
    if (changed) {
      await megallm.undo();
      expectSame(home.snapshot(), before);
      await megallm.write(open);
      expectSame(home.snapshot(), after);
    }
    await megallm.remove();
    if (!replaces(files)) expectSame(home.snapshot(), before);
    return { before: files, after: contents };
  }
}

/** Our own folder apart, which remembers what it likes. */
function expectSame(now: ReturnType<Home['snapshot']>, wanted: ReturnType<Home['snapshot']>): void {
  const theirs = (entries: typeof now) => [...entries].filter(([path]) => !path.startsWith('.megallm'));
  expect(theirs(now)).toEqual(theirs(wanted));
}

function readAll(home: Home): Files {
  const files = [...home.snapshot()].filter(([path, { type }]) => type === 'file' && isRead(path));
  return Object.fromEntries(files.map(([path]) => [path, home.read(path).toString('latin1')]));
}

function isRead(path: string): boolean {
  return !path.startsWith('.megallm/') || /^\.megallm\/env\.\w+$/.test(path);
}
