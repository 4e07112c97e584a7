import { hostname } from 'node:os';
import { listKeys } from '../api/key-list.ts';
import type { ListedKey } from '../api/shapes.ts';
import type { Change, Changes } from '../changes/changes.ts';
import type { Draft } from '../changes/draft.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import type { Machine } from '../system/machine.ts';
import type { OrganisationRecord } from './organisation.ts';
import type { Profiles } from './profiles.ts';
import { neverLose } from './recovery.ts';
import type { ActiveKey } from './store.ts';

/** What a key is called when nobody says. */
export function defaultKeyName(): string {
  return `megallm@${hostname()}`;
}

/** The keys of the organisation that have this name already; none where the service does not tell. */
export async function keysNamed(
  http: HttpClient,
  { key, service }: ActiveKey,
  name: string,
  { id }: OrganisationRecord,
): Promise<readonly ListedKey[]> {
  const listed = await listKeys(http, service, key, { org: id });
  return listed.kind === 'ok' ? listed.value.keys.filter((one) => one.name === name) : [];
}

/** A change around a key that is made for it. */
export interface NewKeyChange<Made extends { readonly key: Secret }> {
  readonly command: string;
  readonly profile: string;
  readonly make: () => Promise<Made>;
  readonly plan: (draft: Draft, made: Made) => Promise<void>;
}

/** Makes the key and carries the change out, both under the lock: whatever fails, the key is not lost. */
export async function changeWithNewKey<Made extends { readonly key: Secret }>(
  { changes, machine, profiles }: { changes: Changes; machine: Machine; profiles: Profiles },
  { command, profile, make, plan }: NewKeyChange<Made>,
): Promise<{ readonly change: Change; readonly made: Made | undefined }> {
  let made: Made | undefined;
  const isKnown = profiles.knownKeys();
  const isOurKey = (fingerprint: string) => fingerprint === made?.key.fingerprint || isKnown(fingerprint);
  const carryOut = () =>
    changes.make({ command, profile, isOurKey }, async (draft) => {
      // Stopped while it waits for the lock with a new key in hand, megallm would lose the key.
      made = await make();
      await plan(draft, made);
    });
  const change = await neverLose(() => made?.key, machine, carryOut);
  return { change, made };
}
