/** The programs that are compared; `node` is `node -e 0`. */
export type SubjectId = 'megallm' | 'published' | 'gh' | 'node';

/** What a figure is: a ratio to the same figure of another program in the same run, or one of its own. */
export type Unit = 'of node' | 'of published' | 'packages' | 'MB' | 's';

export interface Row {
  readonly id: RowId;
  /** As the README names it. */
  readonly what: string;
  readonly unit: Unit;
  /** The most that is good enough. */
  readonly goal: number;
  /** Steady enough to be held against a generous limit on a busy machine. */
  readonly guarded?: true;
}

export type RowId =
  | 'version'
  | 'help'
  | 'print-keychain'
  | 'print-file'
  | 'write-keychain'
  | 'write-file'
  | 'whoami'
  | 'wizard'
  | 'memory'
  | 'packages'
  | 'disk'
  | 'npx'
  | 'doctor';

/** The promises about speed and size. */
export const rows: readonly Row[] = [
  { id: 'version', what: '`--version`', unit: 'of node', goal: 1.1, guarded: true },
  { id: 'help', what: '`--help`', unit: 'of node', goal: 1.3, guarded: true },
  { id: 'print-keychain', what: '`key print`, from the keychain', unit: 'of node', goal: 2.5 },
  { id: 'print-file', what: '`key print`, from a file', unit: 'of node', goal: 1.5, guarded: true },
  { id: 'write-keychain', what: '`env write --to dotenv`, from the keychain', unit: 'of node', goal: 3 },
  { id: 'write-file', what: '`env write --to dotenv`, from a file', unit: 'of node', goal: 2, guarded: true },
  { id: 'whoami', what: '`whoami`, service on the same machine', unit: 'of node', goal: 2.5, guarded: true },
  { id: 'wizard', what: 'first question of the wizard on screen', unit: 'of node', goal: 3 },
  { id: 'memory', what: 'peak memory of `whoami`', unit: 'of node', goal: 1.4, guarded: true },
  { id: 'packages', what: 'packages that `npx megallm@latest` installs', unit: 'packages', goal: 3 },
  { id: 'disk', what: 'disk that they take', unit: 'MB', goal: 5 },
  { id: 'npx', what: '`npx megallm@latest --version`, nothing cached', unit: 'of published', goal: 0.15 },
  { id: 'doctor', what: '`doctor`, while each request takes 0.5 s', unit: 's', goal: 1 },
];

/** A command whose work grows with something, and the sizes at which it is timed. */
export interface Growth {
  readonly id: GrowthId;
  readonly what: string;
  readonly sizes: readonly number[];
}

export type GrowthId = 'startup-file' | 'profile-list' | 'uninstall' | 'keys-list' | 'doctor-places';

/** In seconds, at the largest size. */
export const growthGoal = 2;

export const growths: readonly Growth[] = [
  {
    id: 'startup-file',
    what: '`env write --to bash`, kB of `.bashrc`',
    sizes: [10, 100, 1_000, 10_000],
  },
  { id: 'profile-list', what: '`profile list`, profiles', sizes: [1, 10, 100, 1_000] },
  { id: 'uninstall', what: '`uninstall`, profiles', sizes: [1, 10, 100, 1_000] },
  { id: 'keys-list', what: '`keys list`, keys', sizes: [10, 100, 1_000, 10_000] },
  { id: 'doctor-places', what: '`doctor`, places to check', sizes: [1, 4, 16, 64] },
];
