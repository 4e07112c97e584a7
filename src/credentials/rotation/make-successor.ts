import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { createKey } from '../../api/account.ts';
import type { ListedKey } from '../../api/shapes.ts';
import { MegallmError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import type { HttpClient } from '../../system/http.ts';
import { toError } from '../../verifier/advice.ts';
import { verify } from '../../verifier/verify.ts';
import { chooseOrganisation, mayHaveArrived, withGuide } from '../create-key.ts';
import { rotatedName, type Sender } from './listed-keys.ts';
import type { RotationRecord } from './record.ts';
import { pendingOf, type RotationState, type RotationTools, step } from './state.ts';

/** A new key that is stored as the pending one, and nowhere else. */
export interface Successor {
  readonly key: Secret;
  readonly record: RotationRecord;
}

interface Beginning {
  readonly state: RotationState;
  readonly sender: Sender;
  /** The old key as the service lists it. */
  readonly listed: ListedKey | undefined;
  readonly oldId: string | undefined;
  readonly replaces: readonly string[];
  readonly grace: string | undefined;
}

/**
 * Makes the new key: its name is written down before the service is asked, and the key is stored before anything else
 * is done with it. Both under the lock, so that a wait for that cannot lose the key.
 */
export async function makeSuccessor(tools: RotationTools, beginning: Beginning): Promise<Successor> {
  const { state, sender, oldId, replaces, grace } = beginning;
  const { profile, storage, record: earlier } = state;
  const problem = await storage.probe();
  if (problem) throw new MegallmError(problem.absent ? 'refused' : 'failed', problem.message, problem.hints);
  const wish = await wishFor(tools, beginning, earlier?.token ?? randomBytes(6).toString('hex'));
  const intent: RotationRecord = {
    token: wish.token,
    replaces,
    ...(oldId !== undefined && { oldId }),
    ...(grace !== undefined && { grace }),
  };
  await step(tools, profile, earlier, async () => intent);
  let made: Successor | undefined;
  try {
    await step(tools, profile, intent, async (draft) => {
      const created = await createKey(await tools.http(), sender.service, sender.key, wish);
      if (created.kind !== 'ok') {
        if (!mayHaveArrived(created)) throw new NothingMade(withGuide(created));
        throw withGuide(created);
      }
      const { key, id } = created.value;
      made = { key, record: { ...intent, to: key.fingerprint, ...(id !== undefined && { toId: id }) } };
      await storage.planWrite(draft, pendingOf(profile), key);
      return made.record;
    });
  } catch (error) {
    // A plain no, and nothing from before: there is nothing to go on with.
    if (error instanceof NothingMade && earlier === undefined)
      await step(tools, profile, intent, async () => undefined);
    throw error;
  }
  if (made === undefined) throw new Error('The new key was stored, and is not there.');
  return made;
}

/** Throws the MegallmError of a key that the service does not take. */
export async function checkAccepted(http: HttpClient, { key, service }: Sender): Promise<void> {
  const { bearer, ...rest } = await verify(http, service, key);
  if (bearer.kind !== 'accepted') throw toError(bearer, rest);
}

class NothingMade extends MegallmError {
  constructor({ code, message, hints }: MegallmError) {
    super(code, message, hints);
  }
}

/** The new key is for the old one's organisation, and lives as long as that one was made for. */
async function wishFor(
  { http, profiles }: RotationTools,
  { state: { profile, storage }, sender, listed }: Beginning,
  token: string,
) {
  const active = { ...sender, profile, source: storage.id, why: 'it is to be rotated' };
  const record = profiles.read(profile);
  const org = listed?.org ?? (await chooseOrganisation(await http(), active, undefined, record)).id;
  const name = rotatedName(listed?.name, `megallm@${hostname()}`, token);
  return { token, name, org, ...expiryLike(listed) };
}

function expiryLike(listed: ListedKey | undefined): { expiresAt?: string } {
  const lifetime = Date.parse(listed?.expiresAt ?? '') - Date.parse(listed?.createdAt ?? '');
  return lifetime > 0 ? { expiresAt: new Date(Date.now() + lifetime).toISOString() } : {};
}
