import { defaultAddress } from '../../api/address.ts';
import type { Change } from '../../changes/changes.ts';
import type { Draft } from '../../changes/draft.ts';
import type { Edit } from '../../changes/plan.ts';
import type { Secret } from '../../secret.ts';
import type { Write } from '../locations.ts';
import { planSuccessorAside } from '../organisation-keys.ts';
import { type Consent, prepareWrites } from '../writes.ts';
import { findHolders, findOwners, isSamePlace, variablesWith } from './holders.ts';
import type { RotationRecord } from './record.ts';
import {
  checkUnchanged,
  noteOf,
  oldKeyOf,
  type RotationState,
  type RotationTools,
  retiredOf,
} from './state.ts';

interface Succession {
  readonly state: RotationState;
  readonly key: Secret;
  readonly replaces: readonly string[];
  /** What was agreed to; a place that has got the old key since is written only if nothing stands in the way. */
  readonly writes: readonly Write[];
}

/** Puts the new key everywhere the old one is, in one plan. */
export async function switchOver(
  tools: RotationTools,
  record: RotationRecord,
  succession: Succession,
): Promise<Change> {
  const { state, key } = succession;
  const change = await tools.changes.make(noteOf(tools, state.profile, key), async (draft) => {
    checkUnchanged(tools, draft, state.profile, record);
    // First of all the edits: from now on only this copy can tell that the service refuses the old key.
    const old = oldKeyOf(state);
    if (old) await state.storage.planWrite(draft, retiredOf(state.profile), old);
    await planSuccession(tools, draft, state.profile, succession);
  });
  // What is only kept on the way is no news.
  const passing = state.storage.placeOf(retiredOf(state.profile));
  const edits = change.plan.edits.filter((edit) => passing !== ('path' in edit ? edit.path : nameOf(edit)));
  return { ...change, plan: { edits } };
}

function nameOf(edit: Exclude<Edit, { path: string }>): string {
  return edit.kind === 'keychain' ? edit.account : edit.name;
}

/** `own`: the profile that is rotated, whatever its record says of its key. */
export async function planSuccession(
  tools: RotationTools,
  draft: Draft,
  own: string,
  { key, replaces, writes }: Omit<Succession, 'state'>,
): Promise<void> {
  const { locations, keys, profiles } = tools;
  const isMeant = (fingerprint: string) => replaces.includes(fingerprint);
  // Stopped in the middle, a record may have the new key already.
  const fingerprints = [...replaces, key.fingerprint];
  for (const name of new Set([own, ...findOwners(tools, fingerprints)])) {
    const { storage, gateway, web } = profiles.readFrom(draft, name);
    if (storage === undefined) continue;
    const service = { ...defaultAddress, ...(gateway && { gateway }), ...(web && { web }) };
    await keys.planStore(draft, name, key, { storage, origin: 'obtained', service });
  }
  for (const name of profiles.names()) await planSuccessorAside(draft, tools, name, fingerprints, key);
  for (const holder of await findHolders(tools, isMeant)) {
    const { profile, location, backend } = holder;
    const agreed = writes.find((one) => isSamePlace(one.backend, backend));
    const write: Write = {
      backend,
      replace: agreed?.replace ?? 'ours-only',
      ...(location.inline && { inline: true }),
    };
    await locations.planWrite(draft, profile, write, variablesWith(tools, holder, key));
  }
}

/** Makes sure that each place can be written, and that the user agrees where something of theirs would give way. */
export async function prepareSuccession(
  tools: RotationTools,
  replaces: readonly string[],
  { consent, force }: { readonly consent: Consent; readonly force: boolean },
): Promise<Write[]> {
  const { locations } = tools;
  const isMeant = (fingerprint: string) => replaces.includes(fingerprint);
  // What goes beside a key was settled when the place was written first.
  const quiet: Consent = { ...consent, accompany: async () => false, warn: async () => undefined };
  const writes: Write[] = [];
  for (const { backend, location } of await findHolders(tools, isMeant)) {
    if (writes.some((one) => isSamePlace(one.backend, backend))) continue;
    const { inline } = location;
    const namesAt = () => locations.variablesAt(backend);
    writes.push(...(await prepareWrites([backend], namesAt, { inline, force }, quiet)));
  }
  return writes;
}
