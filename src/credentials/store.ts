import {
  addressVariables,
  defaultAddress,
  parseServiceAddress,
  type ServiceAddress,
} from '../api/address.ts';
import type { Draft } from '../changes/draft.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { Variables } from '../system/machine.ts';
import { keyVariable, tryParseKey } from './key.ts';
import { type KeyRecord, type Profile, type Profiles, type StorageId, storedKeys } from './profiles.ts';
import { planForgetRotation, refuseWhileRotating } from './rotation/unfinished.ts';
import { type Account, organisationAccount, type Storage } from './storage/storage.ts';

/** The key in use, and why it is that one. */
export interface ActiveKey {
  readonly key: Secret;
  /** The profile in use: the key's own, when it is stored. */
  readonly profile: string;
  readonly source: 'environment' | StorageId;
  /** The rule that decided, as half a sentence. */
  readonly why: string;
  /** Where this key may be sent. */
  readonly service: ServiceAddress;
}

/** The profiles' keys: which is active, where each is, and the plans to store and remove them. */
export class KeyStore {
  readonly #env: Variables;
  readonly #profiles: Profiles;
  readonly #storages: Readonly<Record<StorageId, Storage>>;
  readonly #trust: boolean;
  /** By profile, the stored keys that were in use in this process. */
  readonly #last = new Map<string, Secret>();

  constructor(
    env: Variables,
    profiles: Profiles,
    storages: Readonly<Record<StorageId, Storage>>,
    trust: boolean,
  ) {
    this.#env = env;
    this.#profiles = profiles;
    this.#storages = storages;
    this.#trust = trust;
  }

  /** The active key. Throws `not-signed-in` when there is none. */
  async active(named: string | undefined): Promise<ActiveKey> {
    const found = await this.findActive(named);
    if (found) return found;
    const name = this.#profiles.choose(named);
    const flag = named === undefined ? '' : ` --profile ${name}`;
    throw new MegallmError(
      'not-signed-in',
      `There is no key in profile ${name}, and ${keyVariable} is not set.`,
      [`megallm login${flag}`, `megallm login${flag} --with-key   (to paste a key or pipe one in)`],
    );
  }

  async findActive(named: string | undefined): Promise<ActiveKey | undefined> {
    const name = this.#profiles.choose(named);
    // A profile that was asked for outranks whatever the environment says.
    const asked = named === undefined ? undefined : await this.#stored(name, 'it was asked for');
    if (asked) return asked;
    const fromEnvironment = this.#environmentKey();
    const owner = fromEnvironment && this.#profiles.ownerOfKeys()(fromEnvironment.fingerprint);
    if (named === undefined && fromEnvironment && owner === undefined) {
      return this.#fromEnvironment(fromEnvironment, name, `${keyVariable} is set`);
    }
    const stored = named === undefined ? await this.#stored(name, 'it is the current profile') : undefined;
    if (stored || !fromEnvironment) return stored;
    if (named !== undefined && owner !== undefined && owner !== name) return undefined;
    return this.#fromEnvironment(fromEnvironment, name, `${keyVariable} is set, and no key is stored`);
  }

  /** The key stored for a profile, whatever the environment says. */
  async stored(name: string): Promise<Secret | undefined> {
    const { storage } = this.#profiles.read(name);
    return storage && this.#storages[storage].read({ profile: name, variant: '' });
  }

  /** The same with the keys of its other organisations and a rotation's new one, and with the places where they are. */
  async storedCopies(name: string): Promise<KeyCopy[]> {
    const { storage, organisationKeys, rotation } = this.#profiles.read(name);
    const accounts = organisationKeys.map((other) => ({
      storage: this.#storages[other.storage],
      account: organisationAccount(name, other.organisation.id),
    }));
    if (storage) {
      const variants = rotation ? (['', '.pending'] as const) : ([''] as const);
      for (const variant of variants) {
        accounts.push({ storage: this.#storages[storage], account: { profile: name, variant } });
      }
    }
    const copies = accounts.map(async ({ storage, account }) => {
      const key = await storage.read(account);
      return key ? [{ key, place: storage.placeOf(account) }] : [];
    });
    return (await Promise.all(copies)).flat();
  }

  environmentCopy(): KeyCopy | undefined {
    const key = tryParseKey(this.#env[keyVariable] ?? '');
    return key && { key, place: 'environment' };
  }

  storage(id: StorageId): Storage {
    return this.#storages[id];
  }

  /** Where the profile's stored key may be sent. */
  savedService(name: string): ServiceAddress {
    return this.serviceOf(this.#profiles.read(name));
  }

  /**
   * A stored key goes to the hosts it was stored for. A folder's environment (a hostile `.envrc`) could otherwise have
   * it sent anywhere, so an override that names another origin needs `--trust`.
   */
  serviceOf(profile: Pick<Profile, 'gateway' | 'web'>): ServiceAddress {
    const saved = {
      gateway: profile.gateway ?? defaultAddress.gateway,
      web: profile.web ?? defaultAddress.web,
    };
    const override = this.#override();
    for (const host of ['gateway', 'web'] as const) {
      const wanted = override[host];
      if (wanted === undefined || this.#trust || sameOrigin(wanted, saved[host])) continue;
      throw new MegallmError(
        'refused',
        `${addressVariables[host]} would send the stored key to ${new URL(wanted).origin}, not to ${new URL(saved[host]).origin}.`,
        [`unset ${addressVariables[host]}`, 'If that address is right, add --trust.'],
      );
    }
    return { ...saved, ...override };
  }

  /** The gateway that other programs are told of. */
  gatewayOf(active: ActiveKey): string {
    return gatewayFor(active, this.#profiles.read(active.profile));
  }

  /** Where a key that is about to be stored will be used: the override in force, else the default. */
  newKeyService(): ServiceAddress {
    return { ...defaultAddress, ...this.#override() };
  }

  /** Plans to make `key` the profile's own, and to forget a copy of the old one in another storage. */
  async planStore(draft: Draft, name: string, key: Secret, record: NewKey): Promise<void> {
    const account: Account = { profile: name, variant: '' };
    const before = this.#profiles.readFrom(draft, name);
    refuseWhileRotating(name, before, key);
    const old = before.storage;
    await this.#storages[record.storage].planWrite(draft, account, key);
    if (old !== undefined && old !== record.storage) await this.#storages[old].planRemoval(draft, account);
    this.#profiles.update(draft, name, (profile) => ({
      ...withPresentKey(profile, { fingerprint: key.fingerprint, origin: record.origin }),
      storage: record.storage,
      gateway: record.service.gateway,
      web: record.service.web,
      ...(record.organisation && { organisation: record.organisation }),
    }));
  }

  /** Plans to remove the profile's keys; their fingerprints stay known. */
  async planForget(draft: Draft, name: string): Promise<void> {
    const { storage, key, rotation, organisationKeys } = this.#profiles.readFrom(draft, name);
    if (storage === undefined && key === undefined && organisationKeys.length === 0) return;
    if (storage) await this.#storages[storage].planRemoval(draft, { profile: name, variant: '' });
    if (storage && rotation) await planForgetRotation(draft, name, this.#storages[storage]);
    for (const other of organisationKeys) {
      const account = organisationAccount(name, other.organisation.id);
      await this.#storages[other.storage].planRemoval(draft, account);
    }
    this.#profiles.update(draft, name, (profile) => {
      const pastKeys = [...new Set([...profile.pastKeys, ...storedKeys(profile)])];
      const { storage: _storage, key: _key, rotation: _rotation, ...rest } = profile;
      return { ...rest, pastKeys, organisationKeys: [] };
    });
  }

  async #stored(name: string, why: string): Promise<ActiveKey | undefined> {
    const profile = this.#profiles.read(name);
    const last = this.#last.get(name);
    // A keychain takes a tenth of a second; that the key is still the profile's own, its record says.
    const isCurrent = last !== undefined && last.fingerprint === profile.key?.fingerprint;
    const key = isCurrent && profile.storage ? last : await this.stored(name);
    if (!key || !profile.storage) return undefined;
    this.#last.set(name, key);
    return { key, profile: name, source: profile.storage, why, service: this.serviceOf(profile) };
  }

  #fromEnvironment(key: Secret, profile: string, why: string): ActiveKey {
    return { key, profile, source: 'environment', why, service: this.newKeyService() };
  }

  #environmentKey(): Secret | undefined {
    const text = this.#env[keyVariable];
    if (text === undefined || text.trim() === '') return undefined;
    const key = tryParseKey(text);
    if (key) return key;
    throw new MegallmError(
      'not-signed-in',
      `${keyVariable} is set in the environment, but not to a MegaLLM key.`,
      `unset ${keyVariable}`,
    );
  }

  #override(): Partial<ServiceAddress> {
    const gateway = this.#env[addressVariables.gateway];
    const web = this.#env[addressVariables.web];
    return {
      ...(gateway && { gateway: parseServiceAddress(gateway, 'gateway') }),
      ...(web && { web: parseServiceAddress(web, 'web') }),
    };
  }
}

/** For a stored key the saved one, whatever the environment says now, since what is written lasts longer than that. */
export function gatewayFor(
  { source, service }: Pick<ActiveKey, 'source' | 'service'>,
  profile: Profile,
): string {
  return source === 'environment' ? service.gateway : (profile.gateway ?? defaultAddress.gateway);
}

/** One place that holds a key now: a file's path, a keychain account, or `environment`. */
export interface KeyCopy {
  readonly key: Secret;
  readonly place: string;
}

interface NewKey {
  readonly storage: StorageId;
  readonly origin: KeyRecord['origin'];
  readonly service: ServiceAddress;
  readonly organisation?: Profile['organisation'];
}

function sameOrigin(left: string, right: string): boolean {
  return new URL(left).origin === new URL(right).origin;
}

function withPresentKey(profile: Profile, key: KeyRecord): Profile {
  const past = profile.key ? [...profile.pastKeys, profile.key.fingerprint] : profile.pastKeys;
  return { ...profile, key, pastKeys: [...new Set(past)].filter((known) => known !== key.fingerprint) };
}
