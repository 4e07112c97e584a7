import { MegallmError } from '../../errors.ts';
import { mustServe } from '../../integrations/endpoints.ts';
import type { Check } from '../check.ts';
import { keyFor, type Linked } from '../linked-tool.ts';
import { skipped } from '../service.ts';

/** Whether the service answers at the tool's own endpoint, to the tool's own headers. */
export function routeCheck({ location, tool }: Linked): Check {
  return {
    id: `route:${tool.id}`,
    group: 'Tools',
    title: `${tool.title}: route`,
    needsKey: true,
    async run(patient) {
      const { active, http, service } = patient;
      const key = await keyFor(location, patient);
      if (key === undefined)
        return { status: 'skip', detail: `profile ${location.link.profile} stores no key` };
      // Beside the verification, not after it.
      const address = { ...(await active).service, gateway: location.link.gateway };
      const tried = mustServe(tool, await http(), address, key).then(
        () => undefined,
        (error: unknown) => error,
      );
      const skip = skipped(await (await service()).verification);
      const problem = await tried;
      if (skip) return skip;
      if (problem === undefined) return { status: 'pass', detail: `POST ${tool.endpoint} answers` };
      if (!(problem instanceof MegallmError)) throw problem;
      const { code, message, hints } = problem;
      const ask = [`megallm unlink ${tool.id}`, 'Ask MegaLLM for this endpoint, or for access to it.'];
      const next = hints.filter((hint) => !hint.startsWith('megallm doctor'));
      return { status: 'fail', detail: message, next: next.length > 0 ? next : ask, code };
    },
  };
}
