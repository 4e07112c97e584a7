import type { Backend, ExportedVariables } from '../../credentials/backends/backend.ts';
import { foundAt, plainValue } from '../../credentials/backends/backend.ts';
import { exportedVariables } from '../../credentials/exported.ts';
import { keyVariable } from '../../credentials/key.ts';
import { Secret } from '../../secret.ts';
import type { Check, CheckResult, Patient } from '../check.ts';
import { everyPlace } from '../every-place.ts';
import type { Examined, ShellExam } from '../shells/examine-shells.ts';

/** New shells of each kind, started once for all checks that want to know. */
export type ShellWard = (shell: Shell, signal: AbortSignal) => Promise<ShellExam>;

/** A place that new shells read. */
export type Shell = Backend & Required<Pick<Backend, 'startup'>>;

export function isShell(place: Backend): place is Shell {
  return place.startup !== undefined;
}

export function openWard(): ShellWard {
  const exams = new Map<string, Promise<ShellExam>>();
  return (shell, signal) => {
    const id = `${shell.id} ${shell.path}`;
    const examine = async () => {
      const { examineShells } = await import('../shells/examine-shells.ts');
      return examineShells(shell, shell.startup(), signal);
    };
    const known = exams.get(id) ?? examine();
    exams.set(id, known);
    return known;
  };
}

/** Whether new shells see the variables: those of people decide, those of programs are mentioned. */
export async function judgeShells(
  { backend, kinds, hindrances }: ShellExam,
  variables: ExportedVariables,
  rewrite: string,
): Promise<CheckResult> {
  const there = kinds.filter(({ seen }) => !('notInstalled' in seen));
  if (there.length === 0)
    return { status: 'warn', detail: `${backend.id} is not installed`, place: backend.path };
  const decisive = there.filter(({ shell }) => !shell.informsOnly);
  for (const examined of decisive) {
    const wrong = wrongIn(examined, variables);
    if (wrong === undefined) continue;
    const { name, value } = wrong;
    const who = `a new ${nameOf(examined)}`;
    const at = value && (await placeOf(backend, name, value));
    return {
      status: 'fail',
      detail: value ? `${who} gets another ${name}: ${value}` : `${who} does not see ${name}`,
      place: at ?? backend.path,
      next: [value ? `${rewrite} --yes` : rewrite],
      code: 'failed',
    };
  }
  const silent = decisive.filter(({ seen }) => 'problem' in seen);
  if (silent.length > 0 && hindrances.length > 0)
    return { status: 'skip', detail: 'its startup files keep new shells from telling', place: backend.path };
  const [first] = silent;
  if (first && 'problem' in first.seen)
    return { status: 'warn', detail: `a new ${nameOf(first)}: ${first.seen.problem}`, place: backend.path };
  const blind = there.filter(
    (examined) => examined.shell.informsOnly && wrongIn(examined, variables) !== undefined,
  );
  const but = blind.length > 0 ? `; a plain ${backend.id} -c sees what its program has` : '';
  const names = decisive.map(({ shell }) => shell.kind ?? shell.program);
  return {
    status: 'pass',
    detail: `a new ${backend.id} (${names.join(', ')}) sees this key${but}`,
    place: backend.path,
  };
}

function wrongIn(
  { seen }: Examined,
  variables: ExportedVariables,
): { name: string; value: Secret | undefined } | undefined {
  if ('problem' in seen) return undefined;
  for (const [name, value] of variables) {
    const now = seen.values.get(name);
    if (now !== plainValue(value)) return { name, value: now === undefined ? undefined : new Secret(now) };
  }
  return undefined;
}

async function placeOf(backend: Backend, name: string, value: Secret): Promise<string | undefined> {
  const found = await backend.find([name]);
  const last = found.findLast((each) => value.equals(each.value));
  return last && foundAt(last);
}

function nameOf({ shell }: Examined): string {
  return shell.kind ? `${shell.kind} ${shell.program}` : shell.program;
}

const deadlineMs = 15_000;

/** Shells that get the key from lines that megallm did not write. */
export function otherShells(ward: ShellWard): Check {
  return {
    id: 'new-shells',
    group: 'Places',
    title: 'Other shells',
    needsKey: true,
    deadlineMs,
    async run(patient, signal) {
      const { key } = await patient.active;
      const shells = (await shellsWithKey(patient)).filter((shell) => !isRemembered(shell, patient));
      const results = await Promise.all(
        shells.map(async (shell) => {
          const rewrite = `megallm env write --to ${shell.id}${patient.profileFlag}`;
          return judgeShells(await ward(shell, signal), exportedVariables(key), rewrite);
        }),
      );
      return worstOf(results);
    },
  };
}

/** Whether startup files let their shells come up. */
export function startupFiles(ward: ShellWard): Check {
  return {
    id: 'startup-files',
    group: 'Places',
    title: 'Startup files',
    needsKey: true,
    deadlineMs,
    async run(patient, signal) {
      const shells = await shellsWithKey(patient);
      if (shells.length === 0) return { status: 'skip', detail: 'no shell is to see the key' };
      const exams = await Promise.all(shells.map((shell) => ward(shell, signal)));
      const hindrances = exams.flatMap((exam) => exam.hindrances);
      if (hindrances.length === 0)
        return {
          status: 'pass',
          detail: `${shells.map(({ id }) => id).join(', ')}: nothing gets in their way`,
        };
      const isSevere = hindrances.some((each) => each.isSevere);
      return {
        status: isSevere ? 'fail' : 'warn',
        detail: hindrances.map(({ detail }) => detail).join('; '),
        place: hindrances.map(({ place }) => place).join(', '),
        next: hindrances.flatMap(({ next }) => next),
        ...(isSevere && { code: 'failed' }),
      };
    },
  };
}

function worstOf(results: readonly CheckResult[]): CheckResult {
  const ofStatus = (status: CheckResult['status']) => results.find((each) => each.status === status);
  const none = { status: 'pass', detail: 'none sets the key by lines of its own' } as const;
  return ofStatus('fail') ?? ofStatus('warn') ?? ofStatus('skip') ?? results[0] ?? none;
}

/** The shells that megallm wrote to, and those whose startup files set the key all the same. */
async function shellsWithKey(patient: Patient): Promise<Shell[]> {
  const shells = (await everyPlace(patient)).filter(isShell);
  const found = await Promise.allSettled(
    shells.map(async (shell) =>
      isRemembered(shell, patient) || (await shell.find([keyVariable])).length > 0 ? [shell] : [],
    ),
  );
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
}

function isRemembered({ id, path }: Backend, { locations }: Patient): boolean {
  return locations.some((location) => location.backend === id && location.path === path);
}
