import { createKey, listOrganisations } from '../api/account.ts';
import type { ApiFailure } from '../api/failure.ts';
import { MegallmError } from '../errors.ts';
import { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import { toError } from '../verifier/advice.ts';
import { dashboardUrl } from './key.ts';
import { type OrganisationRecord, toOrganisationRecord } from './organisation.ts';
import type { Profile } from './profiles.ts';
import type { ActiveKey } from './store.ts';

export interface KeyWish {
  readonly name: string;
  readonly org: string;
  /** ISO 8601; without it the service decides. */
  readonly expiresAt?: string;
}

/** Stands in a dry run for a key that is not there yet. */
export const placeholderKey = new Secret(`sk-mega-${'0'.repeat(64)}`);

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
  if (!mayHaveArrived(made)) throw withGuide(made);
  const { code, message, hints } = toError(made);
  throw new MegallmError(code, `${message} The key may have been made all the same, and its answer lost.`, [
    `Before you try again, look for ${JSON.stringify(wish.name)} and revoke it: ${dashboardUrl}`,
    ...hints,
  ]);
}

/** A key that may not do this leads to the place where its owner may. */
export function withGuide(failure: ApiFailure): MegallmError {
  const { code, message, hints } = toError(failure);
  return new MegallmError(code, message, code === 'forbidden' ? [...hints, ...dashboardGuide] : hints);
}

/** Whether the service may have done what it was asked for all the same. */
export function mayHaveArrived(failure: ApiFailure): boolean {
  if (failure.kind === 'unreachable') return failure.cause === 'timeout' || failure.cause === 'reset';
  return failure.kind === 'broken' || failure.kind === 'not-megallm';
}

/** The organisation that a new key is for: the one named, else the profile's, else the first of the owner's. */
export async function chooseOrganisation(
  http: HttpClient,
  { key, service, source }: ActiveKey,
  named: string | undefined,
  profile: Profile,
): Promise<OrganisationRecord> {
  // The environment's key may be another organisation's.
  const own = source === 'environment' ? undefined : profile.organisation;
  if (own && (named === undefined || named === own.id)) return own;
  const listed = await listOrganisations(http, service, key);
  const known = listed.kind === 'ok' ? listed.value : [];
  const chosen = named === undefined ? known[0] : (known.find(({ id }) => id === named) ?? { id: named });
  if (chosen) return toOrganisationRecord(chosen);
  if (listed.kind !== 'ok') throw withGuide(listed);
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
