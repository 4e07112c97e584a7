import { MegallmError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import type { Proof } from '../backends/backend.ts';
import { findHolders, variablesWith } from './holders.ts';
import type { RotationTools } from './state.ts';

export interface ProvenPlace {
  readonly backend: string;
  readonly path: string;
  readonly proof: Proof;
}

/** Reads the new key back at each place that holds it. Throws where the old one is still to be had. */
export async function proveEverywhere(
  tools: RotationTools,
  key: Secret,
  replaces: readonly string[],
): Promise<readonly ProvenPlace[]> {
  const [left] = await findHolders(tools, (fingerprint) => replaces.includes(fingerprint));
  if (left) throw stillThere(`${left.location.path} holds the old key.`);
  const holders = await findHolders(tools, (fingerprint) => fingerprint === key.fingerprint);
  const unique = new Map(holders.map((holder) => [`${holder.backend.id} ${holder.backend.path}`, holder]));
  return Promise.all(
    [...unique.values()].map(async (holder) => {
      const { id: backend, path } = holder.backend;
      const proof = await holder.backend.prove(variablesWith(tools, holder, key));
      if (proof.kind === 'different' && replaces.includes(proof.value.fingerprint))
        throw stillThere(`${proof.by} still gets the old key in ${proof.name}, not from ${path}.`);
      return { backend, path, proof };
    }),
  );
}

function stillThere(message: string): MegallmError {
  return new MegallmError('failed', message, 'megallm doctor');
}
