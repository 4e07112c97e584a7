import { listOrganisations } from '../api/account.ts';
import { listKeys } from '../api/key-list.ts';
import type { ListedKey } from '../api/shapes.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import { toError } from '../verifier/advice.ts';
import type { ActiveKey } from './store.ts';

/** A key of the account, whoever made it: never its secret. */
export interface AccountKey extends ListedKey {
  readonly organisation?: string;
  /** It begins as the active key does; the service tells no more. */
  readonly active: boolean;
  /** `soon`: within 14 days. `null`: never. */
  readonly expiry: 'expired' | 'soon' | 'later' | null;
}

export interface AccountKeys {
  readonly keys: readonly AccountKey[];
  /** false: the list went on and on, and the rest was given up. */
  readonly complete: boolean;
}

const soonMs = 14 * 86_400_000;

/** The keys of one organisation, or of all that the key's owner is in, each once. Throws what the service says instead. */
export async function listAccountKeys(
  http: HttpClient,
  { key, service }: Pick<ActiveKey, 'key' | 'service'>,
  org?: string,
): Promise<AccountKeys> {
  const listed = await listOrganisations(http, service, key);
  const names = new Map(listed.kind === 'ok' ? listed.value.map(({ id, name }) => [id, name ?? id]) : []);
  // Some keys may list keys and no organisations; the service then lists what it likes.
  const asked = org === undefined && names.size > 0 ? [...names.keys()] : [org];
  const lists = await Promise.all(
    asked.map((id) => listKeys(http, service, key, id === undefined ? {} : { org: id })),
  );
  const byId = new Map<string, ListedKey>();
  let complete = true;
  for (const [index, list] of lists.entries()) {
    if (list.kind !== 'ok') throw toError(list);
    complete &&= list.value.complete;
    const from = asked[index];
    for (const one of list.value.keys)
      if (!byId.has(one.id)) byId.set(one.id, { ...(from !== undefined && { org: from }), ...one });
  }
  const all = [...byId.values()];
  const active = new Set(beginningAs(key, all));
  const now = Date.now();
  const keys = all.map((one) => {
    const organisation = one.org === undefined ? undefined : (names.get(one.org) ?? one.org);
    return {
      ...one,
      ...(organisation !== undefined && { organisation }),
      active: active.has(one),
      expiry: expiryOf(one.expiresAt, now),
    };
  });
  return { keys, complete };
}

/** The listed keys that may be this one: those with the longest beginning in common. */
export function beginningAs<K extends ListedKey>(key: Secret, all: readonly K[]): K[] {
  // `sk-mega-` alone begins every key.
  const lengths = all.map(({ prefix = '' }) =>
    prefix.length > 8 && key.reveal().startsWith(prefix) ? prefix.length : 0,
  );
  const longest = lengths.reduce((most, length) => Math.max(most, length), 1);
  return all.filter((_, index) => lengths[index] === longest);
}

function expiryOf(expiresAt: string | undefined, now: number): AccountKey['expiry'] {
  if (expiresAt === undefined) return null;
  const left = Date.parse(expiresAt) - now;
  if (left <= 0) return 'expired';
  return left <= soonMs ? 'soon' : 'later';
}
