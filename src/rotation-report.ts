import { reportChange, shortened } from './change-report.ts';
import type { Context } from './context.ts';
import type { Proof } from './credentials/backends/backend.ts';
import { parseGrace } from './credentials/rotation/grace.ts';
import type { Rotated } from './credentials/rotation/rotate.ts';
import { profileFlag } from './credentials/rotation/unfinished.ts';
import type { Report } from './terminal/output.ts';
import type { Line } from './terminal/theme.ts';

/** So many processes are named; the `--json` document has all. */
const shownProcesses = 8;

export function reportRotation(rotated: Rotated, profile: string, context: Context): Report {
  const { machine, profiles } = context;
  const { change, key, old, oldId, revoked, grace, places, processes } = rotated;
  const revoke =
    grace === undefined || oldId === undefined
      ? undefined
      : `megallm keys revoke ${oldId}${profileFlag(profile, profiles)}`;
  const data = {
    profile,
    key,
    replaced: { key: old ?? null, id: oldId ?? null },
    revoked,
    revoke: revoke ?? null,
    places,
    processes: processes ?? null,
  };
  return reportChange(change, machine.home, data, [
    { mark: 'ok', label: 'New key', detail: `${key} · profile ${profile}` },
    ...places.map(({ backend, path, proof }) => ({
      label: backend,
      ...proofLine(proof),
      place: shortened(path, machine.home),
    })),
    ...processLines(rotated),
    oldKeyLine(rotated, revoke),
  ]);
}

function proofLine(proof: Proof): Omit<Line, 'label'> {
  switch (proof.kind) {
    case 'seen':
      return { mark: 'ok', detail: `${proof.by} sees it` };
    case 'unknown':
      return { mark: 'warn', detail: `${proof.by}: ${proof.reason}` };
    case 'missing':
      return { mark: 'warn', detail: `${proof.by} does not see ${proof.name}`, next: ['megallm doctor'] };
    case 'different':
      return {
        mark: 'warn',
        detail: `${proof.by} gets another ${proof.name}: ${proof.value}`,
        next: ['megallm doctor'],
      };
  }
}

/** What was started with the old key goes on with it until it is started again. */
function processLines({ processes = [], revoked }: Rotated): Line[] {
  if (processes.length === 0) return [];
  const named = processes.slice(0, shownProcesses).map(({ pid, name }) => `${name} (${pid})`);
  const more = processes.length > shownProcesses ? [`${processes.length - shownProcesses} more`] : [];
  return [
    {
      mark: 'warn',
      label: 'Old key in use by',
      detail: [...named, ...more].join(', '),
      next: [revoked ? 'Start them again.' : 'Start them again before the old key is revoked.'],
    },
  ];
}

function oldKeyLine({ old, oldId, revoked, grace }: Rotated, revoke: string | undefined): Line {
  const detail = String(old ?? oldId ?? '');
  if (grace !== undefined && revoke !== undefined) {
    const due = new Date(Date.now() + parseGrace(grace).milliseconds).toLocaleString();
    return {
      mark: 'warn',
      label: 'Old key still works',
      detail: `${detail} · revoke it by ${due}`,
      next: [revoke],
    };
  }
  if (revoked) return { mark: 'ok', label: 'Old key revoked', detail };
  return {
    mark: 'warn',
    label: 'Old key not revoked',
    detail: 'nobody has it any more, and the list does not tell it',
    next: ['Look for it in the dashboard: https://megallm.io/dashboard/overview'],
  };
}
