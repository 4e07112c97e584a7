import { Secret } from '../secret.ts';
import { type SafeText, safeTextFor } from './safe-text.ts';

/**
 * What the service's JSON becomes: the only place that knows its members. Plain code, since all of it is tolerance: a
 * member may be missing, have another name or another type, and none of that may end in an error.
 */
export interface Model {
  readonly id: string;
  readonly ownedBy?: string;
}

export interface Identity {
  /** The service's own id of the user. */
  readonly subject?: string;
  readonly email?: string;
  readonly name?: string;
  readonly emailVerified?: boolean;
}

export interface Organisation {
  readonly id: string;
  readonly name?: string;
  readonly role?: string;
}

export interface ListedKey {
  readonly id: string;
  readonly name?: string;
  /** How the key begins, at most 16 characters: no secret, to be compared with keys. */
  readonly prefix?: string;
  readonly org?: string;
  /** ISO 8601, as the service writes it. */
  readonly createdAt?: string;
  readonly expiresAt?: string;
}

export interface CreatedKey extends Omit<ListedKey, 'id'> {
  readonly key: Secret;
  /** `undefined` where the service does not tell: find it in the list then. */
  readonly id?: string;
}

/** A sign-in that waits for a person (RFC 8628 section 3.2). */
export interface DeviceCode {
  readonly deviceCode: Secret;
  /** What the person types. */
  readonly userCode: string;
  /** Where the person types it, and the same with the code filled in: as the service wrote them, URLs or not. */
  readonly page: string;
  readonly completePage: string | undefined;
  /** Seconds; `undefined` where the service does not say. */
  readonly expiresIn: number | undefined;
  readonly interval: number | undefined;
}

/** `undefined` where `json` is no list of models. */
export function readModels(json: unknown, safe: SafeText): Model[] | undefined {
  const list = firstList(
    json,
    member(json, 'data'),
    member(json, 'models'),
    member(member(json, 'data'), 'models'),
  );
  const models = list?.flatMap((entry) => {
    const id = typeof entry === 'string' ? entry : text(entry, 'id', 'name', 'model');
    if (id === undefined) return [];
    return { id: safe(id), ...optional('ownedBy', text(entry, 'owned_by'), safe) };
  });
  // A list of something else has no ids.
  return models?.length === 0 && list?.length !== 0 ? undefined : models;
}

/** `undefined` where `json` names nobody. */
export function readIdentity(json: unknown, safe: SafeText): Identity | undefined {
  const user = [json, member(json, 'data'), member(json, 'user')].find(
    (candidate) => text(candidate, 'sub', 'email') !== undefined,
  );
  if (user === undefined) return undefined;
  const verified = member(user, 'email_verified');
  return {
    ...optional('subject', text(user, 'sub'), safe),
    ...optional('email', text(user, 'email'), safe),
    ...optional('name', text(user, 'name'), safe),
    ...(typeof verified === 'boolean' && { emailVerified: verified }),
  };
}

export function readOrganisations(json: unknown, safe: SafeText): Organisation[] | undefined {
  const data = member(json, 'data');
  const list = firstList(
    data,
    member(json, 'orgs'),
    member(data, 'orgs'),
    member(json, 'organizations'),
    json,
  );
  return list?.flatMap((entry) => {
    const id = text(entry, 'org_id', 'id');
    if (id === undefined) return [];
    return {
      id: safe(id),
      ...optional('name', text(entry, 'org_name', 'name'), safe),
      ...optional('role', text(entry, 'role'), safe),
    };
  });
}

export function readKeys(json: unknown, safe: SafeText): ListedKey[] | undefined {
  const data = member(json, 'data');
  const list = firstList(member(data, 'keys'), member(json, 'keys'), data, json);
  return list?.flatMap((entry) => {
    const id = text(entry, 'api_key_id', 'id');
    return id === undefined ? [] : { id: safe(id), ...readKeyDetails(entry, safe) };
  });
}

/** The secret comes under `api_key`; should that be missing, it is whatever else looks like a key: it is shown once. */
export function readCreatedKey(json: unknown, sent: Secret): CreatedKey | undefined {
  const data = isObject(member(json, 'data')) ? member(json, 'data') : json;
  const made = [text(data, 'api_key'), text(data, 'key')].find(isKey) ?? findKey(json, sent);
  if (made === undefined) return undefined;
  const key = new Secret(made);
  const safe = safeTextFor(key);
  const id = text(data, 'api_key_id', 'id');
  return { key, ...optional('id', id, safe), ...readKeyDetails(data, safe) };
}

/** `undefined` where one of the three members without which nobody could sign in is missing. */
export function readDeviceCode(json: unknown, safe: SafeText): DeviceCode | undefined {
  const data = text(json, 'device_code') === undefined ? member(json, 'data') : json;
  const deviceCode = text(data, 'device_code');
  const userCode = text(data, 'user_code');
  const page = text(data, 'verification_uri', 'verification_url');
  if (deviceCode === undefined || userCode === undefined || page === undefined) return undefined;
  const seconds = (name: string) => {
    const value = Number(text(data, name));
    return value > 0 ? value : undefined;
  };
  return {
    deviceCode: new Secret(deviceCode),
    userCode: safe(userCode, 40),
    page,
    completePage: text(data, 'verification_uri_complete'),
    expiresIn: seconds('expires_in'),
    interval: seconds('interval'),
  };
}

/** A member of an object that has it itself. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The first of these members that is a text or a number, as a text. */
export function text(value: unknown, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = member(value, name);
    if (typeof found === 'string' && found !== '') return found;
    if (typeof found === 'number') return String(found);
  }
  return undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readKeyDetails(entry: unknown, safe: SafeText): Omit<ListedKey, 'id'> {
  const prefix = /^sk-mega-[\w-]*/.exec(text(entry, 'key_prefix', 'prefix') ?? '')?.[0]?.slice(0, 16);
  return {
    ...optional('name', text(entry, 'api_key_name', 'name'), safe),
    ...(prefix !== undefined && { prefix }),
    ...optional('org', text(entry, 'org_id'), safe),
    ...optional('createdAt', time(entry, 'created_at'), safe),
    ...optional('expiresAt', time(entry, 'expires_at'), safe),
  };
}

/** A time as ISO 8601; numbers are seconds or milliseconds since 1970. */
function time(entry: unknown, name: string): string | undefined {
  const value = member(entry, name);
  if (typeof value !== 'number') return text(entry, name);
  const date = new Date(value < 1e11 ? value * 1000 : value);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function findKey(value: unknown, sent: Secret, depth = 0): string | undefined {
  if (typeof value === 'string') return isKey(value) && value !== sent.reveal() ? value : undefined;
  if (typeof value !== 'object' || value === null || depth > 4) return undefined;
  for (const inner of Object.values(value)) {
    const found = findKey(inner, sent, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** api.md, "Keys". */
function isKey(value: string | undefined): value is string {
  return value !== undefined && /^sk-mega-[\x21-\x7E]{12,}$/.test(value);
}

function firstList(...candidates: readonly unknown[]): readonly unknown[] | undefined {
  return candidates.find((candidate): candidate is readonly unknown[] => Array.isArray(candidate));
}

function optional<Name extends string>(name: Name, value: string | undefined, safe: SafeText) {
  return (value === undefined ? {} : { [name]: safe(value) }) as { readonly [Key in Name]?: string };
}
