import { nothingToDo, reportChange } from '../change-report.ts';
import type { Plan } from '../changes/plan.ts';
import { consentOf } from '../consent.ts';
import type { Context } from '../context.ts';
import type { Report } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';
import { fillFor, installMissing, type Proven, proveTask, type Task } from './carry-out.ts';
import type { SetupWish } from './wish.ts';

/** Applies what was decided, reads it back as programs would, and says what to type next. */
export async function finishSetup(
  context: Context,
  wish: SetupWish,
  task: Task,
  reviewed?: Plan,
): Promise<Report> {
  const { flags, machine, profiles } = context;
  const { key, profile } = task.hand;
  const changes = await context.changes();
  const isKnown = profiles.knownKeys();
  const isOurKey = (fingerprint: string) => fingerprint === key.fingerprint || isKnown(fingerprint);
  if (wish.install && !flags.dryRun) await installMissing(context, task);
  const change = await changes.make(
    { command: 'setup', profile, isOurKey },
    fillFor(context, task),
    reviewed,
  );
  const proven = change.dryRun ? [] : await proveTask(context, task);
  const consent = consentOf(context);
  for (const { backend } of task.writes)
    for (const stray of (await backend.strays?.()) ?? []) await consent.warn(stray);
  const data = {
    profile,
    key,
    targets: task.targets.map(({ id }) => id),
    proven: proven.map(({ target, proof: { kind, by } }) => ({ target, kind, by })),
  };
  const talk: Line[] = [
    ...nothingToDo(change),
    ...(change.applied
      ? [{ mark: 'ok', label: 'Applied', detail: 'undo any time with megallm undo' } as const]
      : []),
    ...proven.map(toLine),
    ...nextSteps(task, change.applied),
  ];
  const report = reportChange(change, machine.home, data, talk);
  // Whoever has just looked at the places need not see them again.
  return { ...report, ...(reviewed && { talk }), exitCode: proven.some(isFailure) ? 1 : 0 };
}

function isFailure({ proof }: Proven): boolean {
  return proof.kind === 'missing' || proof.kind === 'different';
}

function toLine({ target, proof, isTool }: Proven): Line {
  const label = target;
  const accepted = isTool ? ', and the service takes it there' : '';
  switch (proof.kind) {
    case 'seen':
      return { mark: 'ok', label, detail: `${proof.by} sees the key${accepted}` };
    case 'unknown':
      return { mark: 'warn', label, detail: `${proof.by}: ${proof.reason}` };
    case 'missing':
      return {
        mark: 'fail',
        label,
        detail: `${proof.by} does not see ${proof.name}`,
        next: ['megallm doctor'],
      };
    case 'different':
      return {
        mark: 'fail',
        label,
        detail: `${proof.by} gets another ${proof.name}`,
        next: ['megallm doctor'],
      };
  }
}

/** A login shell such as sh has no startup file that megallm writes to, and a bare container has no tools. */
const nowhereYet: Line = {
  mark: 'warn',
  label: 'The key is stored, and no program finds it by itself yet',
  next: ['megallm env write --to dotenv', 'megallm run -- COMMAND'],
};

/** What to type: a shell that is open has to read its startup files again; a tool that is linked can be started. */
function nextSteps({ writes, targets }: Task, applied: boolean): Line[] {
  if (targets.length === 0) return [{ label: '' }, nowhereYet];
  const shells = applied ? writes.flatMap(({ backend }) => backend.activation().command ?? []) : [];
  const programs = targets.flatMap(({ tool }) => tool?.program ?? []);
  const steps = [...new Set([...shells, ...programs])];
  return steps.length > 0 ? [{ label: '' }, { label: 'Next', next: steps }] : [];
}
