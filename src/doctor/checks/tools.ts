import type { AsksCommand, Backend, Proof } from '../../credentials/backends/backend.ts';
import { keyVariable } from '../../credentials/key.ts';
import { findInstalled } from '../../integrations/installed.ts';
import type { Check, CheckResult, Patient } from '../check.ts';
import { type Linked, type LinkedPlace, linkedAt } from '../linked-tool.ts';
import { rewrite } from '../rewrite.ts';
import { keyCommandCheck } from './key-commands.ts';
import { routeCheck } from './routes.ts';

/** Of each linked tool: its settings, the command that gives it the key, and the endpoint that it talks to. */
export function toolChecks({ locations, machine }: Patient, offline: boolean): Check[] {
  const places = locations.filter((location): location is LinkedPlace => location.link !== undefined);
  const all = places.map((location) => linkedAt(location, machine));
  const commands = new Map<string, Promise<Proof>>();
  const routes = new Set<string>();
  return all.flatMap((linked) => {
    const { link } = linked.location;
    const route = routeCheck(linked);
    const isTried = routes.has(route.id);
    routes.add(route.id);
    return [
      settingsCheck(linked),
      ...(link.form === 'command' ? [keyCommandCheck(linked, commands)] : []),
      ...(offline || isTried ? [] : [route]),
    ];
  });
}

function settingsCheck(linked: Linked): Check {
  const { location, tool, again } = linked;
  return {
    id: `location:${location.backend}:${location.path}`,
    group: 'Tools',
    title: tool.title,
    needsKey: true,
    async run(patient) {
      const { backend, proof } = await linked.look(patient);
      const place = location.path;
      const [found, conflicts] = await Promise.all([
        backend.find([keyVariable]),
        backend.conflicts([keyVariable]),
      ]);
      if (found.length === 0 && conflicts.length === 0) {
        return {
          status: 'warn',
          detail: 'was linked, and is not any more',
          place,
          next: [again, `megallm unlink ${tool.id}   (to forget it)`],
        };
      }
      if (proof.kind === 'missing' || proof.kind === 'different') {
        // What a person has put there gives way on a yes alone.
        const next = [
          conflicts.length > 0 ? `${again} --yes   (megallm undo brings back what is there)` : again,
        ];
        return {
          status: 'fail',
          detail: unlike(proof),
          place,
          next,
          code: 'failed',
          // OpenCode's settings name models, which only the service tells: linking again asks for them.
          ...((tool.asksCommand || isAboutKey(proof)) && { mend: rewrite(location, patient) }),
        };
      }
      return { place, ...(await standing(backend, proof, linked, patient)) };
    },
  };
}

function isAboutKey(proof: Proof | AsksCommand): boolean {
  return proof.kind === 'different' || (proof.kind === 'missing' && proof.name === keyVariable);
}

function unlike(proof: Extract<Proof, { kind: 'missing' | 'different' }>): string {
  if (proof.kind === 'different') return `holds another key: ${proof.value}`;
  if (proof.name === keyVariable) return 'the key is not there any more';
  return `${proof.name} is not as megallm wrote it`;
}

/** Whether the tool is there to use its settings, and what else decides. */
async function standing(
  backend: Backend,
  proof: Proof | AsksCommand,
  { tool, again }: Linked,
  { machine }: Patient,
): Promise<CheckResult> {
  const installed = findInstalled(tool, machine);
  const strays = ((await backend.strays?.()) ?? []).filter(({ harmless }) => !harmless);
  if (strays.length > 0) {
    return {
      status: 'warn',
      detail: strays.map(({ message }) => message).join(' '),
      next: [...new Set(strays.flatMap(({ hints }) => hints))],
    };
  }
  if (installed === undefined) {
    return {
      status: 'warn',
      detail: `linked, and ${tool.program} is not installed`,
      next: [`${again} --install`, `megallm unlink ${tool.id}   (to forget it)`],
    };
  }
  const said = proof.kind === 'unknown' ? proof.reason : 'settings as megallm wrote them';
  return { status: 'pass', detail: [installed.version, said].filter(Boolean).join(' · ') };
}
