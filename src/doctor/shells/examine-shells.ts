import type { Backend, Startup } from '../../credentials/backends/backend.ts';
import { allVariables } from '../../credentials/exported.ts';
import { type NewShell, readFromNewShell, type Seen } from '../../system/new-shell.ts';
import { type Hindrance, hindranceIn } from './hindrance.ts';

/** What one kind of new shell comes to. */
export interface Examined {
  readonly shell: NewShell;
  readonly seen: Seen;
}

/** What new shells of each kind come to, and what in their startup files gets in their way. */
export interface ShellExam {
  readonly backend: Backend;
  readonly kinds: readonly Examined[];
  readonly hindrances: readonly Hindrance[];
}

/** Starts every kind of new shell side by side. */
export async function examineShells(
  backend: Backend,
  { shells, files, machine }: Startup,
  signal: AbortSignal,
): Promise<ShellExam> {
  const kinds = await Promise.all(
    shells.map(async (shell) => ({
      shell,
      seen: await readFromNewShell(shell, allVariables, machine, { signal }),
    })),
  );
  const found = kinds.flatMap(({ shell, seen }) => hindranceIn(shell, seen, files) ?? []);
  const places = new Set<string>();
  // Several kinds of shell meet the same line.
  const hindrances = found.filter(({ place }) => !places.has(place) && places.add(place));
  return { backend, kinds, hindrances };
}
