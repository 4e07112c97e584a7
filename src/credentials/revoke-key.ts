import { deleteKey } from '../api/account.ts';
import { MegallmError } from '../errors.ts';
import type { HttpClient } from '../system/http.ts';
import { age, localDate } from '../terminal/times.ts';
import { toError } from '../verifier/advice.ts';
import { type AccountKey, type AccountKeys, beginningAs } from './account-keys.ts';
import type { ActiveKey, KeyCopy } from './store.ts';

/** The one key that is meant: by its id, or by a name that no other key has. Throws `usage` where there is not just one. */
export function findKey({ keys, complete }: AccountKeys, idOrName: string): AccountKey {
  const byId = keys.find(({ id }) => id === idOrName);
  if (byId) return byId;
  const named = keys.filter(({ name }) => name === idOrName);
  const [only, ...others] = named;
  if (only === undefined) throw noSuchKey(idOrName);
  if (others.length === 0 && complete) return only;
  const reason =
    others.length > 0
      ? `${named.length} keys are called ${JSON.stringify(idOrName)}.`
      : `The service does not list all keys, so that others may be called ${JSON.stringify(idOrName)} too.`;
  throw new MegallmError('usage', reason, [
    'Name the one you mean by its id:',
    ...named.slice(0, 10).map((key) => `megallm keys revoke ${key.id}   (${detailsOf(key)})`),
    ...(named.length > 10 ? ['megallm keys list   (for the others)'] : []),
  ]);
}

/** Whether one of the keys that are stored here may be this one: those that a revocation would put out of work. */
export function isInUse(key: AccountKey, all: readonly AccountKey[], copies: readonly KeyCopy[]): boolean {
  return key.active || copies.some((copy) => beginningAs(copy.key, all).includes(key));
}

/** Throws what the service says instead. */
export async function revokeListedKey(
  http: HttpClient,
  { key, service }: ActiveKey,
  { id }: AccountKey,
): Promise<void> {
  const failure = await deleteKey(http, service, key, id);
  if (failure) throw toError(failure);
}

/** What tells a key from another of the same name. */
export function detailsOf({ createdAt, organisation, prefix, expiry }: AccountKey): string {
  const made =
    createdAt === undefined ? undefined : (age(createdAt, Date.now()) ?? `on ${localDate(createdAt)}`);
  return [
    made && `made ${made}`,
    organisation,
    prefix && `${prefix.slice(0, 12)}…`,
    expiry === 'expired' && 'expired',
  ]
    .filter(Boolean)
    .join(', ');
}

function noSuchKey(idOrName: string): MegallmError {
  return new MegallmError('usage', `There is no key with the id or the name ${JSON.stringify(idOrName)}.`, [
    'megallm keys list',
  ]);
}
