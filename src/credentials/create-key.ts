import { createKey, listOrganisations } from '../api/account.ts';
import type { ApiFailure } from '../api/failure.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import { toError } from '../verifier/advice.ts';
import { dashboardUrl } from './key.ts';
import type { Profile } from './profiles.ts';
import type { ActiveKey } from './store.ts';

export interface KeyWish {
  readonly name: string;
  readonly org: string;
}

export interface MadeKey {
  readonly key: Secret;
  readonly id?: string;
}

/** Makes a key through the API. Throws `forbidden` with the way to the dashboard when the active key may not. */
export async function makeKey(
  http: HttpClient,
  { key, service }: ActiveKey,
  wish: KeyWish,
): Promise<MadeKey> {
  const made = await createKey(http, service, key, wish);
  if (made.kind === 'ok') return made.value;
  const { code, message, hints } = toError(made);
  if (code === 'forbidden') throw new MegallmError(code, message, [...hints, ...dashboardGuide]);
  if (!mayHaveArrived(made)) throw new MegallmError(code, message, hints);
  throw new MegallmError(code, `${message} The key may have been made all the same, and its answer lost.`, [
    `Before you try again, look for ${JSON.stringify(wish.name)} and revoke it: ${dashboardUrl}`,
    ...hints,
  ]);
}

function mayHaveArrived(failure: ApiFailure): boolean {
  if (failure.kind === 'unreachable') return failure.cause === 'timeout' || failure.cause === 'reset';
  return failure.kind === 'broken' || failure.kind === 'not-megallm';
}

/** The organisation that a new key is for: the one named, else the profile's, else the first of the owner's. */
export async function chooseOrganisation(
  http: HttpClient,
  { key, service }: ActiveKey,
  named: string | undefined,
  profile: Profile,
): Promise<string> {
  if (named !== undefined) return named;
  if (profile.organisation) return profile.organisation.id;
  const listed = await listOrganisations(http, service, key);
  if (listed.kind !== 'ok') throw toError(listed);
  const [first] = listed.value;
  if (first) return first.id;
  throw new MegallmError(
    'failed',
    'The service names no organisation that a key could be for.',
    'Add --org ID.',
  );
}

export const dashboardGuide: readonly string[] = [
  `Make a key in the dashboard: ${dashboardUrl}  (API Keys, Create New API Key)`,
  'and store it: megallm login --with-key',
];
