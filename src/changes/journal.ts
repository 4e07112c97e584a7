import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileError, isMissing } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import { removeIfThere, removeTemporary, writeAtomically } from './atomic-file.ts';
import type { JournaledEdit } from './journaled-edit.ts';
import { readRecord } from './record-file.ts';

/** How many changes can be undone. */
const kept = 20;

/** One change as the journal remembers it: enough to undo it, and no key. */
export interface Entry {
  readonly version: 1;
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** The command that made the change, such as `env write`. */
  readonly command: string;
  /** The profile whose key it was about. */
  readonly profile: string;
  /** Marks the temporary files of this change. */
  readonly mark: string;
  readonly edits: readonly JournaledEdit[];
}

/** The last changes, a file each, in one folder. Written only under the lock. */
export class Journal {
  readonly #machine: Pick<Machine, 'folder'>;

  constructor(machine: Pick<Machine, 'folder'>) {
    this.#machine = machine;
  }

  /** All entries, oldest first. One that cannot be read (of a newer megallm, say) is passed over. */
  entries(): Entry[] {
    return this.#ids().flatMap((id) => this.#read(id) ?? []);
  }

  nextId(): number {
    return (this.#ids().at(-1) ?? 0) + 1;
  }

  /** Adds an entry, and drops those that are more than 20 back. */
  write(entry: Entry): void {
    writeAtomically(this.#path(entry.id), Buffer.from(`${JSON.stringify(entry)}\n`), 0o600, entry.mark);
    for (const id of this.#ids().slice(0, -kept)) this.drop(id);
  }

  drop(id: number): void {
    removeIfThere(this.#path(id));
  }

  dropProfile(profile: string): void {
    for (const entry of this.entries()) if (entry.profile === profile) this.drop(entry.id);
  }

  /** Those that cannot be read too. */
  dropAll(): void {
    for (const id of this.#ids()) this.drop(id);
  }

  /** Removes the temporary files that a killed process left behind. */
  tidy(): void {
    for (const name of this.#names()) if (name.startsWith('.')) removeIfThere(join(this.#folder, name));
    for (const { mark, edits } of this.entries()) {
      for (const edit of edits) if ('path' in edit) removeTemporary(edit.path, mark);
    }
  }

  #read(id: number): Entry | undefined {
    try {
      const entry = readRecord(this.#path(id));
      return entry?.version === 1 && Array.isArray(entry.edits) ? (entry as unknown as Entry) : undefined;
    } catch {
      return undefined;
    }
  }

  #ids(): number[] {
    const ids = this.#names().flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []);
    return ids.map(Number).sort((left, right) => left - right);
  }

  #names(): string[] {
    try {
      return readdirSync(this.#folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw fileError('read', this.#folder, error);
    }
  }

  get #folder(): string {
    return join(this.#machine.folder, 'journal');
  }

  #path(id: number): string {
    return join(this.#folder, `${id}.json`);
  }
}
