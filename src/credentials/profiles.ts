import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Draft } from '../changes/draft.ts';
import type { JsonObject } from '../changes/plan.ts';
import { readRecord } from '../changes/record-file.ts';
import { MegallmError } from '../errors.ts';
import { fileError, isMissing } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import { checkName, isValidName } from './profile-name.ts';
import type { RotationRecord } from './rotation/record.ts';

export const defaultProfile = 'default';

/** What megallm remembers of a profile: everything but its keys. */
export interface Profile {
  readonly version: 1;
  /** Where its keys are stored. */
  readonly storage?: StorageId;
  /** The key that is stored now. */
  readonly key?: KeyRecord;
  /** SHA-256 of the keys that were stored before. */
  readonly pastKeys: readonly string[];
  /** The base URLs in force when the key was stored. */
  readonly gateway?: string;
  readonly web?: string;
  readonly organisation?: { readonly id: string; readonly name: string };
  /** The keys of its other organisations, one each. */
  readonly organisationKeys: readonly OrganisationKey[];
  /** Every place that megallm wrote the key to. */
  readonly locations: readonly Location[];
  /** A rotation that has begun and not ended. */
  readonly rotation?: RotationRecord;
}

export type StorageId = 'keychain' | 'file';

export interface KeyRecord {
  /** SHA-256 of the key, in hexadecimal. */
  readonly fingerprint: string;
  /** `pasted` keys may be shared with others, so that they are not revoked unasked. */
  readonly origin: 'pasted' | 'obtained';
}

/** A key that is put aside while another organisation's is in use: stored under the account `NAME@ORG`. */
export interface OrganisationKey extends KeyRecord {
  readonly organisation: NonNullable<Profile['organisation']>;
  readonly storage: StorageId;
  readonly gateway?: string;
  readonly web?: string;
}

export interface Location {
  readonly backend: string;
  /** The file or store, absolute. */
  readonly path: string;
  readonly variables: readonly string[];
  /** The files and folders that writing there made, outermost first: removal takes them away when they end up empty. */
  readonly made: readonly string[];
  /** SHA-256 of the key that was written there, which need not be a stored one. */
  readonly key?: string;
  /** The values of the variables that hold no key. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly inline?: true;
  /** The part of the file that it is about, where it has several. */
  readonly service?: string;
  /** The .gitignore that a line was added to for it. */
  readonly ignoredBy?: string;
  readonly link?: Link;
}

/** How an AI coding tool was linked. */
export interface Link {
  /** Whose key the tool uses. */
  readonly profile: string;
  /** Where it sends the key, without `/v1`. */
  readonly gateway: string;
  /** The tool asks megallm for the key, or holds it itself. */
  readonly form: 'command' | 'plain';
  /** What the tool was given to run, up to what it asks for: its settings may be anybody's by now. */
  readonly command?: readonly [program: string, ...args: string[]];
  /** What was put into each file, for files that nobody has changed since. */
  readonly insertions?: readonly Insertions[];
}

/** Bytes that were put into a file and nothing taken out: without them it is as it was. */
export interface Insertions {
  readonly path: string;
  /** SHA-256 of the file with them. */
  readonly after: string;
  /** Offset and length of each in that file, in bytes, in order. */
  readonly spans: readonly (readonly [number, number])[];
}

const emptyProfile: Profile = { version: 1, pastKeys: [], organisationKeys: [], locations: [] };

/** The profiles on disk: `profiles/NAME/profile.json`, and `config.json` for the current one. */
export class Profiles {
  readonly #machine: Pick<Machine, 'folder'>;

  constructor(machine: Pick<Machine, 'folder'>) {
    this.#machine = machine;
  }

  /** The name that `--profile` or `MEGALLM_PROFILE` gives, else the current profile's. */
  choose(named: string | undefined): string {
    return named === undefined ? this.currentName() : checkName(named);
  }

  currentName(): string {
    const named = readRecord(this.#configPath)?.current_profile;
    if (named === undefined || named === '') return defaultProfile;
    if (typeof named === 'string' && isValidName(named)) return named;
    throw new MegallmError('unparsable', `${this.#configPath} names no profile that there can be.`, [
      `Mend its current_profile, or move it away: mv ${this.#configPath} ${this.#configPath}.old`,
    ]);
  }

  names(): string[] {
    try {
      const folders = readdirSync(join(this.#machine.folder, 'profiles'), { withFileTypes: true });
      return folders
        .filter((entry) => entry.isDirectory() && isValidName(entry.name))
        .map(({ name }) => name)
        .sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw fileError('read', join(this.#machine.folder, 'profiles'), error);
    }
  }

  read(name: string): Profile {
    const path = this.recordPath(name);
    return fromRecord(path, readRecord(path));
  }

  readFrom(draft: Draft, name: string): Profile {
    const path = this.recordPath(name);
    return fromRecord(path, draft.record(path));
  }

  update(draft: Draft, name: string, change: (profile: Profile) => Profile): void {
    const path = this.recordPath(name);
    draft.writeRecord(path, change(fromRecord(path, draft.record(path))) as unknown as JsonObject);
  }

  /** Plans to make it the current profile; `undefined`: the default one. What else is in `config.json` stays. */
  planCurrent(draft: Draft, name: string | undefined): void {
    const config = draft.record(this.#configPath);
    if (config === undefined && name === undefined) return;
    draft.writeRecord(this.#configPath, { ...config, current_profile: name });
  }

  /** Plans to forget the profile, folder and all: its keys have to be gone by then. */
  planRemoval(draft: Draft, name: string): void {
    draft.removeRecord(this.recordPath(name), [this.folderOf(name)]);
  }

  /** Plans to forget which profile is the current one, and all else that is set for every profile. */
  planRemovalOfSettings(draft: Draft): void {
    draft.removeRecord(this.#configPath, []);
  }

  /** Tells of each fingerprint whose present or past key it is; the profiles are read at the first question. */
  ownerOfKeys(): (fingerprint: string) => string | undefined {
    let owners: Map<string, string> | undefined;
    return (fingerprint) => {
      owners ??= this.#owners();
      return owners.get(fingerprint);
    };
  }

  /** The same for keys that megallm has seen at all: also those that it wrote somewhere without storing them. */
  knownKeys(): (fingerprint: string) => boolean {
    let known: Set<string> | undefined;
    return (fingerprint) => {
      known ??= new Set([
        ...this.#owners().keys(),
        ...this.names().flatMap((name) => this.#writtenKeys(name)),
      ]);
      return known.has(fingerprint);
    };
  }

  /** The file that holds the profile's key when its storage is `file`. */
  credentialsPath(name: string): string {
    return join(this.folderOf(name), 'credentials');
  }

  recordPath(name: string): string {
    return join(this.folderOf(name), 'profile.json');
  }

  folderOf(name: string): string {
    return join(this.#machine.folder, 'profiles', checkName(name));
  }

  get #configPath(): string {
    return join(this.#machine.folder, 'config.json');
  }

  #writtenKeys(name: string): string[] {
    return this.read(name).locations.flatMap(({ key }) => key ?? []);
  }

  #owners(): Map<string, string> {
    const owners = new Map<string, string>();
    for (const name of this.names()) {
      const profile = this.read(name);
      for (const fingerprint of [...profile.pastKeys, ...storedKeys(profile)]) owners.set(fingerprint, name);
    }
    return owners;
  }
}

/** The fingerprints of the keys that the profile holds now. */
export function storedKeys({ key, organisationKeys }: Profile): string[] {
  return [...organisationKeys, ...(key ? [key] : [])].map(({ fingerprint }) => fingerprint);
}

/** Adds a location or brings it up to date: what was made there at first is remembered. */
export function withLocation(profile: Profile, location: Location): Profile {
  const known = profile.locations.find((other) => isSamePlace(other, location));
  const made = [...new Set([...(known?.made ?? []), ...location.made])];
  const variables = [...new Set([...(known?.variables ?? []), ...location.variables])];
  const ignoredBy = location.ignoredBy ?? known?.ignoredBy;
  const updated = { ...location, made, variables, ...(ignoredBy && { ignoredBy }) };
  if (known === undefined) return { ...profile, locations: [...profile.locations, updated] };
  return { ...profile, locations: profile.locations.map((other) => (other === known ? updated : other)) };
}

export function withoutLocation(profile: Profile, location: Location): Profile {
  return { ...profile, locations: profile.locations.filter((other) => !isSamePlace(other, location)) };
}

export function isSamePlace(left: Location, right: Location): boolean {
  return left.backend === right.backend && left.path === right.path && left.service === right.service;
}

function fromRecord(path: string, record: JsonObject | undefined): Profile {
  const profile = { ...emptyProfile, ...(record as Partial<Profile> | undefined) };
  const lists = [profile.locations, profile.pastKeys, profile.organisationKeys];
  const isWhole = lists.every(Array.isArray) && profile.version === 1;
  if (isWhole) return profile;
  throw new MegallmError('unparsable', `${path} is not as this version of megallm writes it.`, [
    'Update megallm, or move the file away.',
  ]);
}
