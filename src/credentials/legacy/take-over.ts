import { dirname, join } from 'node:path';
import { defaultAddress } from '../../api/address.ts';
import type { Draft } from '../../changes/draft.ts';
import { replaceSpan } from '../../changes/text-lines.ts';
import type { Secret } from '../../secret.ts';
import { exists } from '../../system/files.ts';
import type { OrganisationKey, Profiles, StorageId } from '../profiles.ts';
import { organisationAccount } from '../storage/storage.ts';
import type { KeyStore } from '../store.ts';
import type { AuthFile } from './auth-file.ts';
import { findLegacy, type Legacy, type LegacySources } from './legacy.ts';
import type { LegacyLines } from './startup-lines.ts';

export interface TakeOver {
  /** The profiles that get keys, and those keys. */
  readonly moved: readonly { readonly profile: string; readonly key: Secret }[];
  /** Files that are cleaned up. */
  readonly cleaned: readonly string[];
  /** Places that stay as they are, since what they hold is kept nowhere else. */
  readonly left: readonly { readonly path: string; readonly reason: string }[];
}

export interface TakeOverTools extends LegacySources {
  readonly keys: KeyStore;
  readonly profiles: Profiles;
}

/** Every key that 3.1.0 left, for the journal to know. */
export function legacyKeys({ authFiles, lines }: Legacy): Secret[] {
  return [
    ...authFiles.flatMap(({ key, organisationKeys }) => [key, ...organisationKeys.map((other) => other.key)]),
    ...lines.flatMap(({ keys }) => keys),
  ];
}

/**
 * Plans to move the keys that 3.1.0 left in plain text to the storage, and to take its files and lines away. What is
 * stored is read back before the plain copy goes. `current`: the profile that gets a key that stands in a startup file alone.
 */
export async function planTakeOver(
  draft: Draft,
  tools: TakeOverTools,
  current: string,
  storage: StorageId,
): Promise<TakeOver> {
  const legacy = findLegacy(tools);
  const left: { path: string; reason: string }[] = [];
  const moved: { profile: string; key: Secret }[] = [];
  const cleaned: string[] = [];
  for (const file of legacy.authFiles) {
    const reason = await whyNot(file, tools);
    if (reason) left.push({ path: file.path, reason });
    else {
      moved.push(...(await planAuthFile(draft, file, tools, storage)));
      cleaned.push(file.path);
    }
  }
  const isKnown = tools.profiles.knownKeys();
  const held = new Set(moved.map(({ key }) => key.fingerprint));
  for (const lines of legacy.lines.toReversed()) {
    const unknown = lines.keys.filter(({ fingerprint }) => !held.has(fingerprint) && !isKnown(fingerprint));
    const [only, ...others] = [...new Map(unknown.map((key) => [key.fingerprint, key])).values()];
    const isFree = tools.profiles.readFrom(draft, current).key === undefined;
    if (only && (others.length > 0 || !isFree)) {
      left.push({ path: `${lines.path}:${lines.line}`, reason: `it holds the key ${only}, stored nowhere` });
      continue;
    }
    if (only) {
      const record = { storage, origin: 'pasted', service: defaultAddress } as const;
      await tools.keys.planStore(draft, current, only, record);
      moved.push({ profile: current, key: only });
      held.add(only.fingerprint);
    }
    takeOut(draft, lines);
    cleaned.push(lines.path);
  }
  return { moved, cleaned: [...new Set(cleaned)], left };
}

/** A profile that has signed in again has other keys, which are not replaced by older ones. */
async function whyNot({ profile, key }: AuthFile, { keys }: TakeOverTools): Promise<string | undefined> {
  const stored = await keys.stored(profile);
  return stored && !stored.equals(key)
    ? `profile ${profile} has another key by now, and ${key} may still be in use`
    : undefined;
}

async function planAuthFile(
  draft: Draft,
  { profile, path, key, organisation, organisationKeys }: AuthFile,
  { keys, profiles }: TakeOverTools,
  storage: StorageId,
): Promise<TakeOver['moved']> {
  const origin = 'obtained';
  if (!(await keys.stored(profile))) {
    const record = {
      storage,
      origin,
      service: defaultAddress,
      ...(organisation && { organisation }),
    } as const;
    await keys.planStore(draft, profile, key, record);
  }
  for (const other of organisationKeys) {
    const account = organisationAccount(profile, other.organisation.id);
    await keys.storage(storage).planWrite(draft, account, other.key);
    const kept: OrganisationKey = {
      organisation: other.organisation,
      fingerprint: other.key.fingerprint,
      origin,
      storage,
      ...defaultAddress,
    };
    profiles.update(draft, profile, (record) => ({
      ...record,
      organisationKeys: [
        ...record.organisationKeys.filter(({ organisation: { id } }) => id !== other.organisation.id),
        kept,
      ],
    }));
  }
  draft.remove(path);
  const state = join(dirname(path), 'state.json');
  if (exists(state)) draft.remove(state);
  return [key, ...organisationKeys.map((other) => other.key)].map((each) => ({ profile, key: each }));
}

/** Plans to take the lines out; a file that 3.1.0 made for them goes too. */
export function takeOut(draft: Draft, { path, start, end }: LegacyLines): void {
  const text = draft.read(path)?.toString('latin1') ?? '';
  const rest = replaceSpan(text, start, end, '');
  const isAllOfIt = rest === '' && text.startsWith('#');
  if (isAllOfIt) draft.remove(path);
  else draft.write(path, Buffer.from(rest, 'latin1'));
}
