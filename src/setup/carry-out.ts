import type { Fill } from '../changes/changes.ts';
import type { Draft } from '../changes/draft.ts';
import type { Context } from '../context.ts';
import type { Backend, Proof } from '../credentials/backends/backend.ts';
import { exportedVariables, variableNames } from '../credentials/exported.ts';
import type { Write } from '../credentials/locations.ts';
import type { Consent } from '../credentials/writes.ts';
import { prepareWrites } from '../credentials/writes.ts';
import { MegallmError } from '../errors.ts';
import { install } from '../integrations/install.ts';
import { findInstalled } from '../integrations/installed.ts';
import type { Tool } from '../integrations/integration.ts';
import type { KeyInHand } from './key-in-hand.ts';
import type { Target } from './targets.ts';
import type { SetupWish } from './wish.ts';

/** What is to be done, and agreed to. */
export interface Task {
  readonly hand: KeyInHand;
  readonly targets: readonly Target[];
  readonly writes: readonly Write[];
  readonly sdk: readonly string[];
}

/** Opens the targets, and has the user agree to what that replaces. */
export async function prepareTask(
  { locations }: Context,
  hand: KeyInHand,
  targets: readonly Target[],
  { sdk }: SetupWish,
  consent: Consent,
): Promise<Task> {
  const backends = await Promise.all(targets.map((target) => target.open()));
  const namesAt = (backend: Backend) => [...variableNames(sdk), ...locations.variablesAt(backend)];
  return { hand, targets, sdk, writes: await prepareWrites(backends, namesAt, {}, consent) };
}

/** Plans all of it as one change: the key's storage, the places, the tools. */
export function fillFor({ keys, locations }: Context, { hand, writes, sdk }: Task): Fill {
  return async (draft: Draft) => {
    const { key, profile, service, organisation, toStore } = hand;
    if (toStore) {
      await keys.planStore(draft, profile, key, {
        ...toStore,
        service,
        ...(organisation && { organisation }),
      });
    }
    for (const write of writes)
      await locations.planWrite(draft, profile, write, variablesFor(locations, write.backend, hand, sdk));
  };
}

/** Installs what is missing and was asked for; before anything is changed, since it may fail. */
export async function installMissing({ machine }: Context, { targets }: Task): Promise<void> {
  for (const { tool } of targets) if (tool && !findInstalled(tool, machine)) await install(tool, machine);
}

export interface Proven {
  readonly target: string;
  readonly proof: Proof;
  readonly isTool: boolean;
}

/** Reads everything back as programs would, and has the service take the key at the endpoint of each tool. */
export function proveTask(context: Context, { hand, targets, writes, sdk }: Task): Promise<Proven[]> {
  return Promise.all(
    writes.map(async ({ backend }) => {
      const target = targets.find(({ id }) => id === backend.id);
      const read = await backend.prove(variablesFor(context.locations, backend, hand, sdk));
      const proof =
        read.kind === 'seen' && target?.tool ? await atEndpoint(context, hand, target.tool, read) : read;
      return { target: target?.title ?? backend.id, proof, isTool: target?.tool !== undefined };
    }),
  );
}

async function atEndpoint(
  { http }: Context,
  { service, key }: KeyInHand,
  tool: Tool,
  read: Extract<Proof, { kind: 'seen' }>,
): Promise<Proof> {
  try {
    const { mustServe } = await import('../integrations/endpoints.ts');
    await mustServe(tool, await http(), service, key);
    return read;
  } catch (error) {
    if (!(error instanceof MegallmError)) throw error;
    return { kind: 'unknown', by: 'the service', reason: error.message };
  }
}

function variablesFor(
  locations: Context['locations'],
  backend: Backend,
  { key, service }: KeyInHand,
  sdk: readonly string[],
) {
  const names = [...variableNames(sdk), ...locations.variablesAt(backend)];
  return exportedVariables(key, { names, gateway: service.gateway });
}
