import type { Draft } from '../../changes/draft.ts';
import type { Secret } from '../../secret.ts';
import type { Machine } from '../../system/machine.ts';
import type { NewShell } from '../../system/new-shell.ts';
import type { Location } from '../profiles.ts';

/** What programs are to find: names and values, in the order in which they are written. */
export type ExportedVariables = ReadonlyMap<string, Secret | string>;

/** A place where programs look for a key, bound to one target such as a file. Reading it changes nothing. */
export interface Backend {
  readonly id: string;
  /** The file or store, absolute: with the id, what tells one location from another. */
  readonly path: string;
  /** Which part of the file, where it has several. */
  readonly service?: string;
  /** It gets references to the key, and no key. */
  readonly holdsReferences?: true;
  /** The file is megallm's alone: it goes when nothing of ours is left in it. */
  readonly isOwnFile?: true;
  /** The file is read once, by whoever made it, and gone after that. */
  readonly isFleeting?: true;
  /** What stands in the way of using it at all; `undefined` when nothing does. */
  probe(): Promise<Obstacle | undefined>;
  /** The variables that are there now, whoever wrote them, in the order in which they count: the last one wins. */
  find(names: readonly string[]): Promise<readonly Found[]>;
  /** Those of them that are the user's own and would win over what megallm writes, or be replaced by it. */
  conflicts(names: readonly string[]): Promise<readonly Found[]>;
  /** Plans to write the variables; `replace`: what is the user's own gives way. `profile`: whose key it is. */
  plan(draft: Draft, variables: ExportedVariables, replace: Replace, profile: string): Promise<void>;
  /** What the location has to remember of what was planned. Never a secret. */
  remember?(draft: Draft): Pick<Location, 'link'>;
  /** Plans to take them out, but for another profile's key; `location.made` says what was made for them. */
  planRemoval(draft: Draft, location: Location, isForeign: IsForeign, others: OtherPlaces): Promise<void>;
  /** Something that should go with what is written, if the user agrees. */
  companion?(): Promise<Companion | CompanionWarning | undefined>;
  /** Text that has to go out before the variables are written: it may hold them. */
  announcement?(variables: ExportedVariables): string;
  /** What else decides which key is used there, and what to do about it. */
  strays?(): Promise<readonly Obstacle[]>;
  /** Of a shell: the new ones that tell what comes of its startup files, and those files. */
  startup?(): Startup;
  /** What is wrong with what megallm wrote there, as it stands now. */
  flaws?(isOurs: IsOurKey): Promise<readonly Flaw[]>;
  /** How what was written takes effect. */
  activation(): Activation;
  /** What stands there, as far as it can be told without running anything: a first part of `prove`. */
  look?(variables: ExportedVariables): Proof | AsksCommand;
  /** Reads the variables back the way a program would. */
  prove(variables: ExportedVariables): Promise<Proof>;
}

export interface Startup {
  readonly shells: readonly NewShell[];
  readonly files: readonly string[];
  /** As these shells are to see it. */
  readonly machine: Machine;
}

/** Tells by its fingerprint whether a key is one of the profiles', present or past. */
export type IsOurKey = (fingerprint: string) => boolean;

/** A line or a block of ours that is not as megallm leaves it. */
export interface Flaw {
  readonly path: string;
  readonly line: number;
  readonly detail: string;
  /** What a person does about it. */
  readonly next: readonly string[];
  /** Plans what mends it without taking away anything of the user's. */
  mend?(draft: Draft): void;
}

/** Tells by its fingerprint whether a key is another profile's, and not this one's too. */
export type IsForeign = (fingerprint: string) => boolean;

/** What the records say beside the location that goes. */
export interface OtherPlaces {
  /** A profile that stays has written to the same location. */
  readonly isShared: boolean;
  /** The backends of the other locations of the profiles that leave this one. */
  kept(): readonly string[];
}

/** Whether values that a person put there by hand may be replaced. */
export type Replace = 'ours-only' | 'anything';

/** Whether a value that stands somewhere is megallm's own: one of the profiles' keys, or what it wrote beside one. */
export type Ownership = (name: string, value: Secret, path: string) => boolean;

export interface Found {
  readonly name: string;
  /** `undefined` when only a running shell could tell. */
  readonly value: Secret | undefined;
  readonly path: string;
  /** Counted from 1; only files have lines. */
  readonly line?: number;
}

/** Where it was found, as it is shown. */
export function foundAt({ path, line }: Found): string {
  return line === undefined ? path : `${path}:${line}`;
}

export interface Obstacle {
  readonly message: string;
  readonly hints: readonly string[];
  /** It is there, and changes nothing. */
  readonly harmless?: true;
}

/** What is only told, since it cannot be done safely. */
export interface CompanionWarning {
  /** Told when nobody can be asked. */
  readonly warning: Obstacle;
}

export interface Companion extends CompanionWarning {
  readonly question: string;
  /** Plans it; the result is what the location has to remember. */
  plan(draft: Draft): Pick<Location, 'ignoredBy'>;
}

export interface Activation {
  readonly message: string;
  /** What to type, where typing helps. */
  readonly command?: string;
}

export type Proof =
  | { readonly kind: 'seen'; readonly by: string }
  | { readonly kind: 'missing'; readonly by: string; readonly name: string }
  | { readonly kind: 'different'; readonly by: string; readonly name: string; readonly value: Secret }
  | { readonly kind: 'unknown'; readonly by: string; readonly reason: string };

/** Everything is in place, and the key comes from a command. */
export interface AsksCommand {
  readonly kind: 'asks';
  readonly command: Command;
}

/** A program and its arguments; `verbatim`: they are a command line of Windows already. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly verbatim?: boolean;
}

export function plainValue(value: Secret | string): string {
  return typeof value === 'string' ? value : value.reveal();
}
