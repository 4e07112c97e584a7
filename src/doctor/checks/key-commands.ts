import type { Command, Proof } from '../../credentials/backends/backend.ts';
import { proveKeyCommand, runAsTool } from '../../integrations/key-command.ts';
import { launcherPath } from '../../integrations/own-command.ts';
import { versionThere } from '../../integrations/own-copy.ts';
import type { Machine } from '../../system/machine.ts';
import type { Check } from '../check.ts';
import { keyFor, type Linked } from '../linked-tool.ts';

/** Whether the tool's key command gives the key: run as the tool runs it, once where several have the same. */
export function keyCommandCheck(linked: Linked, running: Map<string, Promise<Proof>>): Check {
  const { location, tool, again, look } = linked;
  return {
    id: `key-command:${location.backend}:${location.path}`,
    group: 'Tools',
    title: `${tool.title}: key`,
    needsKey: true,
    async run(patient) {
      const { machine } = patient;
      const proof = await look(patient).then(
        ({ proof }) => proof,
        () => undefined,
      );
      if (proof?.kind !== 'asks') return { status: 'skip', detail: 'the settings do not ask megallm for it' };
      const key = await keyFor(location, patient);
      if (key === undefined) {
        const { profile } = location.link;
        return {
          status: 'fail',
          detail: `it asks for the key of profile ${profile}, which stores none`,
          next: [`megallm login --profile ${profile}`, `megallm unlink ${tool.id}`],
          code: 'not-signed-in',
        };
      }
      const { command } = proof;
      const line = JSON.stringify([command, location.link.profile]);
      const run = running.get(line) ?? proveKeyCommand(command, key, machine);
      running.set(line, run);
      const outcome = await run;
      if (outcome.kind === 'seen') return { status: 'pass', detail: 'its key command gives this key' };
      if (await isOfBrokenCopy(command, machine))
        return { status: 'skip', detail: 'the copy of megallm for tools does not start' };
      return {
        status: 'fail',
        detail: whatItGives(outcome),
        place: location.path,
        next: [again],
        code: 'failed',
      };
    },
  };
}

function whatItGives(outcome: Proof): string {
  if (outcome.kind === 'different') return `its key command gives another key: ${outcome.value}`;
  return `its key command gives no key: ${outcome.kind === 'unknown' ? outcome.reason : 'it prints none.'}`;
}

/** Then the check of the copy says so, once for all tools. */
async function isOfBrokenCopy({ program, args }: Command, machine: Machine): Promise<boolean> {
  const launcher = launcherPath(machine);
  if (![program, ...args].some((word) => word.includes(launcher)) || versionThere(machine) === undefined)
    return false;
  return 'problem' in (await runAsTool({ program: launcher, args: ['--version'] }, machine));
}
