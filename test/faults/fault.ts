import type { Requirement } from '../support/requirements.ts';
import type { signedInHome } from '../support/signed-in-home.ts';

/** A home with a key in a file, and the local service: `doctor` passes there, but for the warning about that file. */
export type Healthy = Awaited<ReturnType<typeof signedInHome>>;

/** Something that goes wrong on people's machines, and how doctor has to put it. */
export interface Fault {
  readonly name: string;
  /** The id of the one check that names it; `~` stands for the home. */
  readonly check: string;
  readonly status: 'warn' | 'fail';
  /** Stands in the finding's detail. */
  readonly says: string | RegExp;
  /** The step, among those that the finding names, that mends it; `~` stands for the home. */
  readonly next: string | RegExp;
  /** `doctor --fix --yes` mends it. */
  readonly fixes?: true;
  readonly needs?: readonly Requirement[];
  /** Flags that doctor needs to see it. */
  readonly flags?: readonly string[];
  seed(healthy: Healthy): Promise<Seeded | undefined>;
}

/** What doctor is run with from then on. */
export interface Seeded {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** More than `next` is needed to know that it is the right fix: it carries it out, as a person would. */
  mend?(): Promise<unknown>;
}
