import { reportChange } from '../change-report.ts';
import { placeOf } from '../changes/apply.ts';
import type { Changes } from '../changes/changes.ts';
import type { Context } from '../context.ts';
import { chooseEntry, planUndo } from '../credentials/undo.ts';
import type { Report } from '../terminal/output.ts';

interface Options {
  readonly id?: string;
  readonly list?: boolean;
}

/** Puts back what the last change, or change ID, touched. */
export async function run(context: Context, { id, list }: Options): Promise<Report> {
  const { keys, locations, profiles, machine } = context;
  const changes = await context.changes();
  if (list) return listed(changes);
  const { entry, ...change } = await changes.takeBack(
    (entries) => chooseEntry(entries, id),
    (chosen) => planUndo(chosen, { keys, locations, profiles }),
  );
  return reportChange(change, machine.home, { id: entry.id, command: entry.command }, [
    { label: `Took back change ${entry.id}: ${entry.command}` },
  ]);
}

function listed(changes: Changes): Report {
  const entries = changes.journal.entries().toReversed();
  const data = entries.map(({ id, time, command, profile, edits }) => ({
    id,
    time,
    command,
    profile,
    places: edits.flatMap((edit) =>
      edit.kind === 'record' || edit.kind === 'keychain' ? [] : placeOf(edit),
    ),
  }));
  const lines = data.map(({ id, time, command, places }) => ({
    label: String(id),
    detail: `${new Date(time).toLocaleString()} · ${command}`,
    place: places.join(', '),
  }));
  return {
    data: { changes: data },
    ...(lines.length > 0 ? { lines } : { talk: [{ label: 'Nothing to undo' }] }),
  };
}
