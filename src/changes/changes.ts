import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { MegallmError } from '../errors.ts';
import { exists } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import { uniqueName } from '../system/unique.ts';
import { apply, HalfDone, type Stores } from './apply.ts';
import { removeEmptyFolders } from './atomic-file.ts';
import { Draft } from './draft.ts';
import { type Entry, Journal } from './journal.ts';
import { type IsOurKey, toJournal } from './journaled-edit.ts';
import { removeStaleTakeovers, withLock } from './lock.ts';
import type { Plan } from './plan.ts';

/** What the journal says about a change. */
export interface ChangeNote {
  readonly command: string;
  readonly profile: string;
  readonly isOurKey: IsOurKey;
  /**
   * `forget`: the profile's key goes for good, and so does what the journal knows of the profile.
   * `pass`: a step on the way, which nobody takes back by itself.
   * `end`: all of it goes, journal and all.
   */
  readonly journal?: 'keep' | 'forget' | 'pass' | 'end';
}

export interface Change {
  readonly plan: Plan;
  readonly dryRun: boolean;
  /** False for a dry run, and when there was nothing to do. */
  readonly applied: boolean;
}

/** Reads the machine through a draft and writes to that what it wants to change. */
export type Fill = (draft: Draft) => void | Promise<void>;

/** The one way by which megallm changes the machine. */
export class Changes {
  readonly #machine: Pick<Machine, 'folder'>;
  readonly #stores: Stores;
  readonly #dryRun: boolean;
  readonly journal: Journal;

  constructor(machine: Pick<Machine, 'folder'>, stores: Stores, dryRun: boolean) {
    this.#machine = machine;
    this.#stores = stores;
    this.#dryRun = dryRun;
    this.journal = new Journal(machine);
  }

  /** The plan alone, for a person to look at. */
  preview(fill: Fill): Promise<Plan> {
    return planned(fill);
  }

  /**
   * Plans and applies under the lock, so that nothing of megallm's comes in between; a dry run only plans.
   * Throws `refused` when a person has `reviewed` a plan, and it would come out differently now.
   */
  async make(note: ChangeNote, fill: Fill, reviewed?: Plan): Promise<Change> {
    if (this.#dryRun) return { plan: await planned(fill), dryRun: true, applied: false };
    return this.#locked(async () => {
      const plan = await planned(fill);
      if (reviewed && !isSamePlan(plan, reviewed)) throw changedSinceReview();
      return { plan, dryRun: false, applied: await this.#carryOut(note, plan) };
    });
  }

  /** Takes the chosen change back, by a plan made from its entry, and forgets it. */
  async takeBack(
    choose: (entries: readonly Entry[]) => Entry,
    planFor: (entry: Entry) => Promise<Plan>,
  ): Promise<Change & { readonly entry: Entry }> {
    const planned = async () => {
      const entry = choose(this.journal.entries());
      return { entry, plan: await planFor(entry) };
    };
    if (this.#dryRun) return { ...(await planned()), dryRun: true, applied: false };
    return this.#locked(async () => {
      const { entry, plan } = await planned();
      await apply(plan.edits, this.#stores, entry.mark, () => this.journal.drop(entry.id));
      return { entry, plan, dryRun: false, applied: plan.edits.length > 0 };
    });
  }

  /** Removes what is empty of megallm's own folder, in the end itself. The result names what still stands in there. */
  removeFolder(): string[] {
    const { folder } = this.#machine;
    removeEmptyFolders(folder);
    return exists(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  }

  async #locked<T>(body: () => Promise<T>): Promise<T> {
    const path = join(this.#machine.folder, 'lock');
    return withLock(path, () => {
      removeStaleTakeovers(path);
      this.journal.tidy();
      return body();
    });
  }

  async #carryOut(note: ChangeNote, plan: Plan): Promise<boolean> {
    if (plan.edits.length === 0) {
      if (note.journal === 'forget') this.journal.dropProfile(note.profile);
      if (note.journal === 'end') this.journal.dropAll();
      return false;
    }
    const mark = uniqueName();
    const id = this.journal.nextId();
    const edits = plan.edits.map((edit) => toJournal(edit, note.isOurKey));
    const { command, profile } = note;
    this.journal.write({ version: 1, id, time: new Date().toISOString(), command, profile, mark, edits });
    try {
      await apply(plan.edits, this.#stores, mark);
    } catch (error) {
      if (!(error instanceof HalfDone)) this.journal.drop(id);
      throw error;
    }
    if (note.journal === 'forget') this.journal.dropProfile(note.profile);
    if (note.journal === 'pass') this.journal.drop(id);
    if (note.journal === 'end') this.journal.dropAll();
    return true;
  }
}

async function planned(fill: Fill): Promise<Plan> {
  const draft = new Draft();
  await fill(draft);
  return draft.plan();
}

/**
 * Plans compare as the journal holds them: a Secret keeps its value to itself. Which folders there are is no part of
 * it: the lock itself may have made some.
 */
function isSamePlan(left: Plan, right: Plan): boolean {
  const journaled = ({ edits }: Plan) =>
    edits.map((edit) => ({ ...toJournal(edit, () => false), folders: undefined }));
  return isDeepStrictEqual(journaled(left), journaled(right));
}

function changedSinceReview(): MegallmError {
  return new MegallmError(
    'refused',
    'Something was changed since you looked at the plan; nothing was applied.',
    'Run the command again to look at what is there now.',
  );
}
