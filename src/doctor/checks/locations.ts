import type { Backend, Proof } from '../../credentials/backends/backend.ts';
import { exportedVariables } from '../../credentials/exported.ts';
import { keyVariable } from '../../credentials/key.ts';
import type { Location } from '../../credentials/profiles.ts';
import type { Secret } from '../../secret.ts';
import type { Check, CheckResult } from '../check.ts';

/** A check for each place that the key was written to: what a program finds there now. */
export function locationChecks(locations: readonly Location[]): Check[] {
  return locations.map((location) => ({
    id: `location:${location.backend}:${location.path}`,
    group: 'Places',
    title: location.backend,
    async run({ open, active }) {
      const backend = await open(location);
      const { key } = await active;
      const found = (await backend.find([keyVariable])).at(-1);
      if (found === undefined) return gone(backend);
      if (found.value && !found.value.equals(key))
        return another(backend, found.value, found.path, found.line);
      return proven(backend, await backend.prove(exportedVariables(key)));
    },
  }));
}

function gone({ id, path }: Backend): CheckResult {
  return {
    status: 'warn',
    detail: 'the key was written here, and is not here any more',
    place: path,
    next: [`megallm env write --to ${id}`, `megallm env remove --to ${id}   (to forget the place)`],
  };
}

function another({ id }: Backend, value: Secret, path: string, line: number): CheckResult {
  return {
    status: 'fail',
    detail: `holds another key: ${value}`,
    place: `${path}:${line}`,
    next: [`megallm env write --to ${id}`],
    code: 'failed',
  };
}

function proven({ id, path }: Backend, proof: Proof): CheckResult {
  switch (proof.kind) {
    case 'seen':
      return { status: 'pass', detail: `${proof.by} sees this key`, place: path };
    case 'unknown':
      return { status: 'warn', detail: `${proof.by}: ${proof.reason}`, place: path };
    case 'missing':
      return {
        status: 'fail',
        detail: `${proof.by} does not see ${proof.name}`,
        place: path,
        next: [`megallm env write --to ${id}`],
        code: 'failed',
      };
    case 'different':
      return {
        status: 'fail',
        detail: `${proof.by} gets another ${proof.name}: ${proof.value}`,
        place: path,
        next: [`megallm env write --to ${id} --yes`],
        code: 'failed',
      };
  }
}
