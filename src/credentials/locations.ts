import { sep } from 'node:path';
import { defaultAddress } from '../api/address.ts';
import type { Draft } from '../changes/draft.ts';
import { MegallmError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { exists } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import type {
  Backend,
  Companion,
  ExportedVariables,
  IsForeign,
  Ownership,
  Replace,
} from './backends/backend.ts';
import type { BackendSetting, Catalog, TargetOptions } from './backends/catalog.ts';
import { exportedVariables } from './exported.ts';
import { keyVariable } from './key.ts';
import { type Leaving, otherPlaces } from './leaving.ts';
import {
  type Location,
  type Profile,
  type Profiles,
  storedKeys,
  withLocation,
  withoutLocation,
} from './profiles.ts';

/** The places that a profile's key was written to: each write is remembered, so that each can be found again. */
export class Locations {
  readonly #machine: Machine;
  readonly #profiles: Profiles;
  readonly #kinds: Kinds;
  #isKnown: (fingerprint: string) => boolean;

  constructor(machine: Machine, profiles: Profiles, kinds: Kinds) {
    this.#machine = machine;
    this.#profiles = profiles;
    this.#kinds = kinds;
    this.#isKnown = profiles.knownKeys();
  }

  /** A backend, as `--to` names it. Throws `usage` for one that there is not. */
  open(id: string, target: TargetOptions): Promise<Backend> {
    return this.#open(this.#kinds.backends, id, target);
  }

  /** The same for the files of an AI coding tool. */
  openTool(id: string, target: TargetOptions): Promise<Backend> {
    return this.#open(this.#kinds.tools, id, target);
  }

  reopen({ backend, path, inline, link, service }: Location): Promise<Backend> {
    const target = {
      file: path,
      startupFile: path,
      inline: inline === true,
      ...(link && { link }),
      ...(service && { service }),
    };
    return this.#open({ ...this.#kinds.backends, ...this.#kinds.tools }, backend, target);
  }

  remembered(profile: string): readonly Location[] {
    return this.#profiles.read(profile).locations;
  }

  /** The variables that any profile's key was written to there: what is written next must not leave an old key in them. */
  variablesAt({ id, path, service }: Pick<Backend, 'id' | 'path' | 'service'>): string[] {
    const here = this.#at(id, path).filter((location) => location.service === service);
    return here.flatMap((location) => location.variables);
  }

  /** Plans to write the variables there, with what stands beside them already, and to remember it. */
  async planWrite(draft: Draft, profile: string, write: Write, asked: ExportedVariables): Promise<void> {
    const { backend, replace, inline, companion } = write;
    const variables = this.#withOthersThere(draft, profile, backend, asked);
    // Another megallm may have written a key since this backend was opened.
    this.#isKnown = this.#profiles.knownKeys();
    const before = new Set(draft.created());
    await backend.plan(draft, variables, replace, profile);
    const link = backend.remember?.(draft).link;
    write.announce?.(backend.announcement?.(variables) ?? '');
    const beside = companion?.plan(draft);
    const made = draft
      .created()
      .filter((path) => !before.has(path) && !`${path}${sep}`.startsWith(`${this.#machine.folder}${sep}`));
    const key = variables.get(keyVariable);
    this.#profiles.update(draft, profile, (record) =>
      withLocation(backend.isFleeting ? withoutGone(record, backend.id) : record, {
        backend: backend.id,
        path: backend.path,
        variables: [...variables.keys()],
        made,
        ...(key instanceof Secret && !backend.holdsReferences && { key: key.fingerprint }),
        ...(backend.service !== undefined && { service: backend.service }),
        ...withoutKeys(variables),
        ...(inline && { inline }),
        ...beside,
        ...(link && { link: { ...link, profile } }),
      }),
    );
  }

  /** Profiles that leave places together: what has to be known of all the others is read once. */
  leaving(names: readonly string[]): Leaving {
    // Another megallm may have written a key since.
    this.#isKnown = this.#profiles.knownKeys();
    const goes = new Set(names);
    const staying = this.#profiles.names().filter((name) => !goes.has(name));
    return {
      names,
      isForeign: this.#isForeignTo(names),
      staying: staying.map((name) => ({ name, places: this.remembered(name) })),
    };
  }

  /**
   * Plans to take out what was written there, and to forget the place. `leaving`: the profiles whose keys go, when they
   * are several; what any of them made there goes with the last.
   */
  async planRemoval(
    draft: Draft,
    profile: string,
    location: Location,
    leaving: Leaving = this.leaving([profile]),
  ): Promise<void> {
    const backend = await this.reopen(location);
    const others = otherPlaces(draft, this.#profiles, leaving, location);
    await backend.planRemoval(draft, location, leaving.isForeign, others);
    this.#profiles.update(draft, profile, (record) => withoutLocation(record, location));
    if (location.made.length > 0 || location.ignoredBy) this.#handOver(draft, leaving, location);
  }

  /** Plans that the place is another profile's from now on, with all that was made for it. */
  planHandOver(draft: Draft, from: string, to: string, location: Location): void {
    if (from === to) return;
    this.#profiles.update(draft, from, (record) => withoutLocation(record, location));
    this.#profiles.update(draft, to, (record) => withLocation(record, location));
  }

  async #open(catalog: Catalog, id: string, target: TargetOptions): Promise<Backend> {
    const open = Object.hasOwn(catalog, id) ? catalog[id] : undefined;
    if (open) return open(target, this.#setting(id));
    throw new MegallmError(
      'usage',
      `There is no backend ${JSON.stringify(id)}.`,
      `Backends: ${Object.keys(catalog).join(', ')}`,
    );
  }

  #setting(id: string): BackendSetting {
    const { userVariables } = this.#kinds;
    const remembered = (draft?: Draft) =>
      this.#profiles
        .names()
        .flatMap(
          (name) => (draft ? this.#profiles.readFrom(draft, name) : this.#profiles.read(name)).locations,
        )
        .filter(({ backend }) => backend === id);
    return { machine: this.#machine, ownership: this.#ownership(id), remembered, userVariables };
  }

  /** What was made for a place has to be taken away by the last profile that leaves it. */
  #handOver(draft: Draft, { staying }: Leaving, { backend, path, made, ignoredBy }: Location): void {
    for (const { name, places } of staying) {
      const next = places.find((other) => other.backend === backend && other.path === path);
      if (next === undefined) continue;
      const handed = {
        ...next,
        made: [...new Set([...made, ...next.made])],
        ...(ignoredBy && { ignoredBy }),
      };
      this.#profiles.update(draft, name, (record) => ({
        ...record,
        locations: record.locations.map((other) =>
          other.backend === backend && other.path === path ? handed : other,
        ),
      }));
      return;
    }
  }

  #withOthersThere(
    draft: Draft,
    profile: string,
    place: Backend,
    asked: ExportedVariables,
  ): ExportedVariables {
    const key = asked.get(keyVariable);
    const names = this.variablesAt(place).filter((name) => !asked.has(name));
    if (!(key instanceof Secret) || names.length === 0) return asked;
    const gateway = this.#profiles.readFrom(draft, profile).gateway ?? defaultAddress.gateway;
    return new Map([...asked, ...exportedVariables(key, { names, gateway })]);
  }

  #at(backend: string, path: string): Location[] {
    return this.#profiles
      .names()
      .flatMap((profile) => this.remembered(profile))
      .filter((location) => location.backend === backend && location.path === path);
  }

  #isForeignTo(leaving: readonly string[]): IsForeign {
    const owner = this.#profiles.ownerOfKeys();
    const records = leaving.map((name) => this.#profiles.read(name));
    const own = new Set(records.flatMap((record) => [...record.pastKeys, ...storedKeys(record)]));
    return (fingerprint) => !own.has(fingerprint) && owner(fingerprint) !== undefined;
  }

  /** A key of any profile, present or past, a key that was written to any location, or what went there beside one. */
  #ownership(backend: string): Ownership {
    return (name, value, path) =>
      this.#isKnown(value.fingerprint) ||
      this.#at(backend, path).some(({ beside }) => beside?.[name] === value.reveal());
  }
}

/** Without the places of that kind whose file its maker has taken away. */
function withoutGone(profile: Profile, id: string): Profile {
  const locations = profile.locations.filter(({ backend, path }) => backend !== id || exists(path));
  return { ...profile, locations };
}

function withoutKeys(variables: ExportedVariables): Pick<Location, 'beside'> {
  const plain = [...variables].filter(([, value]) => typeof value === 'string') as [string, string][];
  return plain.length > 0 ? { beside: Object.fromEntries(plain) } : {};
}

/** What there is to open. */
interface Kinds {
  readonly backends: Catalog;
  readonly tools: Catalog;
  readonly userVariables: BackendSetting['userVariables'];
}

/** A write that is agreed to, but for what is written. */
export interface Write {
  readonly backend: Backend;
  readonly replace: Replace;
  readonly inline?: true;
  readonly companion?: Companion;
  /** Lets out what has to be said before something is written. */
  announce?(text: string): void;
}
