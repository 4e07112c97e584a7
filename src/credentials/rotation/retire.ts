import { setTimeout as sleep } from 'node:timers/promises';
import { deleteKey, revokeKey } from '../../api/account.ts';
import { MegallmError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import type { HttpClient } from '../../system/http.ts';
import { toError } from '../../verifier/advice.ts';
import { verify } from '../../verifier/verify.ts';
import { dashboardUrl } from '../key.ts';
import type { Sender } from './listed-keys.ts';

/** A gateway may hear of a revocation a little later than the web app. */
const pausesMs = [0, 500, 2000];

interface Retirement {
  /** `undefined` where nobody has it any more. */
  readonly old: Secret | undefined;
  readonly oldId: string | undefined;
  readonly client: string;
}

/**
 * Revokes a key, by the key itself, which is exact, else by its id; done when the service answers 401 to it.
 * Throws when it does not. `false`: too little is known of the key to revoke it.
 */
export async function retire(http: HttpClient, sender: Sender, retirement: Retirement): Promise<boolean> {
  const { old, oldId, client } = retirement;
  if (old === undefined) return oldId !== undefined && revokeById(http, sender, oldId);
  const failure = await revokeKey(http, sender.service, old, client);
  if (await isRefused(http, sender, old, failure ? [0] : pausesMs)) return true;
  if (oldId !== undefined && (await revokeById(http, sender, oldId)) && (await isRefused(http, sender, old)))
    return true;
  if (failure) throw toError(failure);
  throw new MegallmError('failed', `The service still takes ${old}, though it was told to revoke it.`, [
    `If this goes on, revoke it in the dashboard: ${dashboardUrl}`,
  ]);
}

async function revokeById(http: HttpClient, { service, key }: Sender, id: string): Promise<true> {
  const failure = await deleteKey(http, service, key, id);
  if (failure === undefined || (failure.kind === 'rejected' && failure.status === 404)) return true;
  throw toError(failure);
}

/** Throws when the service does not say. */
async function isRefused(
  http: HttpClient,
  { service }: Sender,
  key: Secret,
  pauses: readonly number[] = pausesMs,
): Promise<boolean> {
  for (const pause of pauses) {
    await sleep(pause);
    const { bearer, ...rest } = await verify(http, service, key);
    if (bearer.kind === 'unauthorized') return true;
    if (bearer.kind !== 'accepted') throw toError(bearer, rest);
  }
  return false;
}
