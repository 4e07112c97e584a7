import type { AsksCommand, Backend, Proof } from '../credentials/backends/backend.ts';
import { shellWord } from '../credentials/backends/quoting.ts';
import { exportedVariables } from '../credentials/exported.ts';
import type { Location } from '../credentials/profiles.ts';
import type { Tool } from '../integrations/integration.ts';
import { projectOf } from '../integrations/tool-folder.ts';
import { findTool } from '../integrations/tools.ts';
import type { Secret } from '../secret.ts';
import type { Machine } from '../system/machine.ts';
import type { Patient } from './check.ts';

export type LinkedPlace = Location & { readonly link: NonNullable<Location['link']> };

/** What stands in the settings of a linked tool; looked at once for all that is checked of it. */
export interface Linked {
  readonly location: LinkedPlace;
  readonly tool: Tool;
  /** How to link it again. */
  readonly again: string;
  /** Rejects as long as the settings cannot be read. */
  look(patient: Patient): Promise<{ readonly backend: Backend; readonly proof: Proof | AsksCommand }>;
}

/** The key that the tool gets when all is well: its profile's, whatever the environment says. */
export async function keyFor({ link }: LinkedPlace, { active, keys }: Patient): Promise<Secret | undefined> {
  const { key, profile, source } = await active;
  return source !== 'environment' && profile === link.profile ? key : keys.stored(link.profile);
}

/** A linked tool as a location remembers it. */
export function linkedAt(location: LinkedPlace, machine: Machine): Linked {
  let looked: ReturnType<Linked['look']> | undefined;
  const look = async (patient: Patient) => {
    const [backend, key] = await Promise.all([patient.open(location), keyFor(location, patient)]);
    const { variables: names, link } = location;
    const variables = key ? exportedVariables(key, { names, gateway: link.gateway }) : new Map();
    return { backend, proof: backend.look?.(variables) ?? (await backend.prove(variables)) };
  };
  const again = linkCommand(location, machine);
  return { location, tool: findTool(location.backend), again, look: (patient) => (looked ??= look(patient)) };
}

function linkCommand(location: LinkedPlace, machine: Machine): string {
  const { backend, link } = location;
  const project = projectOf(location, machine);
  const words = [
    `megallm link ${backend}`,
    ...(link.profile === 'default' ? [] : [`--profile ${link.profile}`]),
    ...(link.form === 'plain' && findTool(backend).asksCommand ? ['--plain-key'] : []),
    ...(project === undefined ? [] : ['--project']),
  ].join(' ');
  if (project === undefined) return words;
  return `cd ${shellWord(project, machine.platform)} && ${words}`;
}
