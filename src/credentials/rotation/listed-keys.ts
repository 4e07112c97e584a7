import { deleteKey } from '../../api/account.ts';
import type { ListedKey } from '../../api/shapes.ts';
import type { Secret } from '../../secret.ts';
import type { HttpClient } from '../../system/http.ts';
import { toError } from '../../verifier/advice.ts';
import { beginsLike, listOwnersKeys } from '../account-keys.ts';
import { withGuide } from '../create-key.ts';
import type { ActiveKey } from '../store.ts';

/** A key and where it may be sent. */
export type Sender = Pick<ActiveKey, 'key' | 'service'>;

/** The keys of the old key's owner; `undefined` when this key may not list them. */
export async function listedKeys(
  http: HttpClient,
  sender: Sender,
): Promise<readonly ListedKey[] | undefined> {
  const listed = await listOwnersKeys(http, sender);
  // An unfinished list may lack the one key that makes another ambiguous.
  if (listed.kind === 'ok') return listed.value.complete ? listed.value.keys : undefined;
  if (listed.kind === 'forbidden' || listed.kind === 'rejected') return undefined;
  throw toError(listed);
}

/** The one key that begins like it; `undefined` when none does, or several do. */
export function identify(listed: readonly ListedKey[], key: Secret): ListedKey | undefined {
  const [only, ...others] = listed.filter((one) => beginsLike(one, key));
  return others.length === 0 ? only : undefined;
}

/** A key of a rotation that is held somewhere. */
export interface Spared {
  readonly key: Secret;
  /** `undefined` where the service did not tell. */
  readonly id: string | undefined;
}

/** Revokes the keys that this rotation made, which their names tell, but for the one that is held. */
export async function revokeLost(
  http: HttpClient,
  sender: Sender,
  listed: readonly ListedKey[],
  token: string,
  spared: Spared | undefined,
): Promise<void> {
  for (const one of listed) {
    if (!one.name?.endsWith(nameEnding(token)) || (spared && mayBe(one, spared))) continue;
    const failure = await deleteKey(http, sender.service, sender.key, one.id);
    // Gone already is as good.
    if (failure && !(failure.kind === 'rejected' && failure.status === 404)) throw withGuide(failure);
  }
}

/** The name of a rotation's key: that of the old key, and what no other key's name ends in. */
export function rotatedName(old: string | undefined, fallback: string, token: string): string {
  const base = (old ?? fallback).replace(/ \(rotation [0-9a-f-]+\)$/, '');
  return `${[...base].slice(0, 60).join('')}${nameEnding(token)}`;
}

function nameEnding(token: string): string {
  return ` (rotation ${token})`;
}

function mayBe({ id, prefix }: ListedKey, spared: Spared): boolean {
  if (spared.id !== undefined) return id === spared.id;
  return prefix === undefined || spared.key.reveal().startsWith(prefix);
}
