import {
  type Backend,
  type ExportedVariables,
  foundAt,
  type Proof,
} from '../../credentials/backends/backend.ts';
import { shellWord } from '../../credentials/backends/quoting.ts';
import { exportedVariables } from '../../credentials/exported.ts';
import { keyVariable } from '../../credentials/key.ts';
import type { Location, Profile } from '../../credentials/profiles.ts';
import { gatewayFor } from '../../credentials/store.ts';
import type { Check, CheckResult, Patient } from '../check.ts';
import { rewrite as rewriteAt } from '../rewrite.ts';
import type { ShellExam } from '../shells/examine-shells.ts';
import { isShell, judgeShells, type Shell, type ShellWard } from './shells.ts';

/** A check for each place that the key was written to: what a program finds there now. */
export function locationChecks(locations: readonly Location[], ward: ShellWard): Check[] {
  // Linked tools have checks of their own.
  const places = locations.filter(({ link }) => link === undefined);
  return places.map((location) => ({
    id: `location:${location.backend}:${location.path}`,
    group: 'Places',
    title: location.backend,
    needsKey: true,
    async run(patient, signal) {
      const { open, active, profile } = patient;
      const backend = await open(location);
      const { key, source, service } = await active;
      const wanted = { names: location.variables, gateway: gatewayFor({ source, service }, profile) };
      const { rewrite, remove } = commandsFor(location, patient);
      const mend = rewriteAt(location, patient);
      const found = (await backend.find([keyVariable])).at(-1);
      if (found === undefined && backend.isFleeting)
        return { status: 'skip', detail: 'what it was for is over', place: location.path };
      if (found === undefined) {
        return {
          status: 'warn',
          detail: 'the key was written here, and is not here any more',
          place: location.path,
          next: [rewrite, `${remove}   (to forget the place)`],
        };
      }
      const { value } = found;
      if (value === undefined || value.equals(key)) {
        const variables = exportedVariables(key, wanted);
        const examine = (shell: Shell) => ward(shell, signal);
        return { ...(await readBack(backend, examine, variables, rewrite)), mend };
      }
      const place = foundAt(found);
      const standing = standingOf(value.fingerprint, location, profile);
      if (standing === 'made for it')
        return { status: 'pass', detail: `holds a key of its own: ${value}`, place };
      if (standing === 'stored')
        return { status: 'warn', detail: `holds the stored key ${value}, not the active one`, place };
      return {
        status: 'fail',
        detail: `holds another key: ${value}`,
        place,
        next: [rewrite],
        code: 'failed',
        mend,
      };
    },
  }));
}

/** A key that is not the active one may be right where it is: `keys create --to` makes keys for one place. */
function standingOf(
  fingerprint: string,
  location: Location,
  { key, pastKeys }: Profile,
): 'made for it' | 'stored' | 'another' {
  if (fingerprint === key?.fingerprint) return 'stored';
  return fingerprint === location.key && !pastKeys.includes(fingerprint) ? 'made for it' : 'another';
}

function commandsFor(location: Location, patient: Patient): { rewrite: string; remove: string } {
  const flags = flagsFor(location, patient);
  return { rewrite: `megallm env write ${flags}`, remove: `megallm env remove ${flags}` };
}

function flagsFor({ backend, path, inline, service }: Location, { machine, profileFlag }: Patient): string {
  const words = ['--to', backend];
  const word = (text: string) => shellWord(text, machine.platform);
  if (backend === 'dotenv' || backend === 'compose') words.push('--file', word(path));
  if (service !== undefined) words.push('--service', word(service));
  if (inline) words.push('--inline');
  return `${words.join(' ')}${profileFlag}`;
}

/** A shell by what new ones see, and any other place by itself. */
async function readBack(
  backend: Backend,
  examine: (shell: Shell) => Promise<ShellExam>,
  variables: ExportedVariables,
  rewrite: string,
): Promise<CheckResult> {
  if (isShell(backend)) return judgeShells(await examine(backend), variables, rewrite);
  return proven(backend, await backend.prove(variables), rewrite);
}

function proven({ path }: Backend, proof: Proof, rewrite: string): CheckResult {
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
        next: [rewrite],
        code: 'failed',
      };
    case 'different':
      return {
        status: 'fail',
        detail: `${proof.by} gets another ${proof.name}: ${proof.value}`,
        place: path,
        next: [`${rewrite} --yes`],
        code: 'failed',
      };
  }
}
