import { type Context, createContext } from '../../../src/context.ts';
import type { Backend } from '../../../src/credentials/backends/backend.ts';
import { exportedVariables } from '../../../src/credentials/exported.ts';
import { keyVariable } from '../../../src/credentials/key.ts';
import { planUndo } from '../../../src/credentials/undo.ts';
import { type Consent, prepareWrites } from '../../../src/credentials/writes.ts';

/** What `--yes` says, and `.gitignore` stays as it is. */
const agreeing: Consent = {
  replace: async () => undefined,
  accompany: async () => false,
  warn: async () => undefined,
  announce: () => undefined,
};

/** Finds the place to write to, as a command does. */
export type Open = (context: Context) => Promise<Backend>;

/** megallm's own parts in this process, since starting a program for each of thousands of files takes too long. */
export class InProcess {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  /** As `env write --yes` and `link` do: whether it changed something. */
  async write(open: Open): Promise<boolean> {
    const context = this.#context();
    const { keys, locations } = context;
    const active = await keys.active('default');
    const writes = await prepareWrites([await open(context)], () => [keyVariable], {}, agreeing);
    const { applied } = await (await context.changes()).make(this.#note(context), async (draft) => {
      for (const write of writes)
        await locations.planWrite(draft, 'default', write, exportedVariables(active.key));
    });
    return applied;
  }

  /** As `env remove` and `unlink` do. */
  async remove(): Promise<void> {
    const context = this.#context();
    const { locations } = context;
    await (await context.changes()).make(this.#note(context), async (draft) => {
      for (const location of locations.remembered('default'))
        await locations.planRemoval(draft, 'default', location);
    });
  }

  async undo(): Promise<void> {
    const context = this.#context();
    const last = (entries: readonly Entry[]) => entries.at(-1) ?? nothingToUndo();
    await (await context.changes()).takeBack(last, (entry) => planUndo(entry, context));
  }

  #note({ profiles }: Context) {
    return { command: 'test', profile: 'default', isOurKey: profiles.knownKeys() };
  }

  #context(): Context {
    const home = this.#home;
    const host = Object.create(process, {
      env: { value: { HOME: home, PATH: process.env.PATH } },
      cwd: { value: () => home },
    });
    const flags = { json: true, dryRun: false, yes: true, trust: false, quiet: true, debug: false };
    return createContext(
      host,
      { ...flags, noColor: true, plain: false },
      { version: '0', keychainChild: '' },
    );
  }
}

type Entry = Parameters<typeof planUndo>[0];

function nothingToUndo(): never {
  throw new Error('There is nothing to undo.');
}
