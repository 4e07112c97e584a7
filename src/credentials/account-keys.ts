import { listOrganisations } from '../api/account.ts';
import type { ApiResult } from '../api/failure.ts';
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

type Sender = Pick<ActiveKey, 'key' | 'service'>;

interface OwnersKeys {
  readonly keys: readonly ListedKey[];
  readonly complete: boolean;
  /** The organisations' names by their ids; empty where the service does not tell. */
  readonly organisations: ReadonlyMap<string, string>;
}

/**
 * The keys of one organisation, or of all that the key's owner is in, each once: the service documents lists of one
 * organisation only. Those that this key may not see are left out, unless there are no others.
 */
export async function listOwnersKeys(
  http: HttpClient,
  { key, service }: Sender,
  org?: string,
): Promise<ApiResult<OwnersKeys>> {
  const listed = await listOrganisations(http, service, key);
  // Who does not answer this would keep the user waiting as long again.
  if (listed.kind === 'unreachable') return listed;
  const organisations = new Map(
    listed.kind === 'ok' ? listed.value.map(({ id, name }) => [id, name ?? id]) : [],
  );
  // Some keys may list keys and no organisations; the service then lists what it likes.
  const asked = org === undefined && organisations.size > 0 ? [...organisations.keys()] : [org];
  const answers = await Promise.all(
    asked.map(async (from) => ({
      from,
      list: await listKeys(http, service, key, from === undefined ? {} : { org: from }),
    })),
  );
  const visible = answers.filter(({ list }) => list.kind !== 'forbidden');
  const byId = new Map<string, ListedKey>();
  let complete = true;
  for (const { from, list } of visible.length > 0 ? visible : answers) {
    if (list.kind !== 'ok') return list;
    complete &&= list.value.complete;
    for (const one of list.value.keys) {
      // In several lists it is no one organisation's by that.
      const isOnlyHere = from !== undefined && !byId.has(one.id);
      byId.set(one.id, { ...(isOnlyHere && { org: from }), ...one });
    }
  }
  return { kind: 'ok', value: { keys: [...byId.values()], complete, organisations } };
}

/** The same with what is shown of them. Throws what the service says instead. */
export async function listAccountKeys(http: HttpClient, sender: Sender, org?: string): Promise<AccountKeys> {
  const listed = await listOwnersKeys(http, sender, org);
  if (listed.kind !== 'ok') throw toError(listed);
  const { keys: all, complete, organisations } = listed.value;
  const active = new Set(beginningAs(sender.key, all));
  const now = Date.now();
  const keys = all.map((one) => {
    const organisation = one.org === undefined ? undefined : (organisations.get(one.org) ?? one.org);
    return {
      ...one,
      ...(organisation !== undefined && { organisation }),
      active: active.has(one),
      expiry: expiryOf(one.expiresAt, now),
    };
  });
  return { keys, complete };
}

/** Whether the listed key may be this one. `sk-mega-` alone tells nothing: it begins every key. */
export function beginsLike({ prefix = '' }: ListedKey, key: Secret): boolean {
  return prefix.length > 'sk-mega-'.length && key.reveal().startsWith(prefix);
}

/** The listed keys that may be this one: those with the longest beginning in common. */
export function beginningAs<K extends ListedKey>(key: Secret, all: readonly K[]): K[] {
  const lengths = all.map((one) => (beginsLike(one, key) ? (one.prefix ?? '').length : 0));
  const longest = lengths.reduce((most, length) => Math.max(most, length), 1);
  return all.filter((_, index) => lengths[index] === longest);
}

function expiryOf(expiresAt: string | undefined, now: number): AccountKey['expiry'] {
  if (expiresAt === undefined) return null;
  const left = Date.parse(expiresAt) - now;
  if (left <= 0) return 'expired';
  return left <= soonMs ? 'soon' : 'later';
}
