import type { Change } from './changes/changes.ts';
import { drawDiff, type EditSummary, summarize } from './changes/diff.ts';
import type { Plan } from './changes/plan.ts';
import type { Profile } from './credentials/profiles.ts';
import type { Replacement } from './credentials/replacement.ts';
import type { Report } from './terminal/output.ts';
import type { Line } from './terminal/theme.ts';

/** What every command that changes something has in its `--json` document. */
interface ChangeData {
  readonly applied: boolean;
  readonly changes: readonly EditSummary[];
}

/** The report of a change: its diff on a dry run, else a line for each place and then what the command has to say. */
export function reportChange(change: Change, home: string, data: object, talk: readonly Line[]): Report {
  const document: ChangeData = { applied: change.applied, changes: summarize(change.plan) };
  const report = { data: { ...data, ...document } };
  if (change.dryRun) {
    const nothing = change.plan.edits.length === 0 ? 'nothing to change\n' : '';
    return { ...report, raw: drawDiff(change.plan) || nothing };
  }
  return { ...report, talk: [...changedPlaces(change.plan, home), ...talk] };
}

/** For commands that are about places alone: a line when all of them are as they should be. */
export function nothingToDo({ plan }: Change): Line[] {
  return plan.edits.length > 0 ? [] : [{ mark: 'ok', label: 'Nothing to change' }];
}

/** The places that were written before the profile's key changed, and still hold the old one. */
export function stalePlaces({ locations, pastKeys }: Profile, home: string): Line[] {
  const stale = locations.filter(({ key }) => key !== undefined && pastKeys.includes(key));
  if (stale.length === 0) return [];
  const places = stale.map(({ path }) => shortened(path, home)).join(', ');
  return [{ mark: 'warn', label: 'Still the old key', detail: places, next: ['megallm doctor'] }];
}

/** What became of the places of a key that another one has taken over from. */
export function replacedPlaces({ held, unreadable }: Replacement, home: string) {
  const to = held.map(({ write: { backend } }) => ({ backend: backend.id, ...backend.activation() }));
  const lines: Line[] = [
    ...to.map(({ backend, message, command }) => ({
      label: `${backend}: ${message}`,
      ...(command && { next: [command] }),
    })),
    ...unreadable.map(
      ({ path }): Line => ({
        mark: 'warn',
        label: 'Cannot be read, left as it is',
        place: shortened(path, home),
        next: ['megallm doctor'],
      }),
    ),
  ];
  return { data: { to, unreadable: unreadable.map(({ backend, path }) => ({ backend, path })) }, lines };
}

/** A line for each place that the plan changes, but for our own records. */
export function changedPlaces(plan: Plan, home: string): Line[] {
  const edits = summarize(plan).filter(({ kind }) => kind !== 'record');
  return edits.map(({ kind, place, action, lines }) => ({
    mark: 'ok',
    label: shortened(place, home),
    detail:
      kind === 'mode'
        ? lines.map(({ text }) => text).join(' → ')
        : describe(action, lines.filter(({ sign }) => sign === '+').length, lines.length),
  }));
}

/** A path as people write it. */
export function shortened(path: string, home: string): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function describe(action: EditSummary['action'], added: number, all: number): string {
  if (action === 'create') return 'new, only you can read it';
  if (action === 'remove') return 'removed';
  const parts = [added > 0 ? `+ ${lineCount(added)}` : '', all > added ? `- ${lineCount(all - added)}` : ''];
  return parts.filter(Boolean).join(', ');
}

function lineCount(count: number): string {
  return `${count} ${count === 1 ? 'line' : 'lines'}`;
}
