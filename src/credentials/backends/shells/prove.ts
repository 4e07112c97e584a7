import { Secret } from '../../../secret.ts';
import type { Machine } from '../../../system/machine.ts';
import { type NewShell, readFromNewShell } from '../../../system/new-shell.ts';
import { type ExportedVariables, type Proof, plainValue } from '../backend.ts';
import type { ShellDialect } from './dialect.ts';

/** Starts each kind of new shell in turn, up to one that does not have the variables. */
export async function proveByNewShells(
  { id, provenBy }: ShellDialect,
  variables: ExportedVariables,
  machine: Machine,
): Promise<Proof> {
  const seen: string[] = [];
  let absent: Proof | undefined;
  for (const shell of provenBy) {
    const { kind, program } = shell;
    const proof = await proveBy(shell, `a new ${kind ? `${kind} ${program}` : program}`, variables, machine);
    if (proof === 'seen') seen.push(kind ?? program);
    else if (proof.notInstalled) absent ??= proof;
    else return proof;
  }
  return seen.length === 0 && absent ? absent : { kind: 'seen', by: `a new ${id} (${seen.join(', ')})` };
}

async function proveBy(
  shell: NewShell,
  by: string,
  variables: ExportedVariables,
  machine: Machine,
): Promise<'seen' | (Proof & { readonly notInstalled?: true })> {
  const found = await readFromNewShell(shell, [...variables.keys()], machine);
  if ('problem' in found) {
    const { problem, notInstalled } = found;
    return { kind: 'unknown', by, reason: problem, ...(notInstalled && { notInstalled }) };
  }
  for (const [name, value] of variables) {
    const now = found.values.get(name);
    if (now === undefined) return { kind: 'missing', by, name };
    if (now !== plainValue(value)) return { kind: 'different', by, name, value: new Secret(now) };
  }
  return 'seen';
}
