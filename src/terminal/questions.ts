import { MegallmError } from '../errors.ts';

/** The ways of asking a person something. Ctrl-C and a closed terminal unwind as `cancelled`. */
export interface Questions {
  /** Enter alone says no. */
  confirm(question: string): Promise<boolean>;
  secret(question: string): Promise<string>;
  choose<T>(question: string, choices: readonly Choice<T>[]): Promise<T>;
  tick<T>(question: string, choices: readonly Tick<T>[]): Promise<T[]>;
}

export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  readonly detail?: string | undefined;
}

export interface Tick<T> extends Choice<T> {
  /** Whether it is ticked to begin with. */
  readonly ticked: boolean;
}

/** What Esc does: nothing, or unwind as `WentBack`. */
export type OnEscape = 'stay' | 'go-back';

/** The person wants the question before this one again. */
export class WentBack extends Error {
  override readonly name = 'WentBack';
}

export function cancelled(): MegallmError {
  return new MegallmError('cancelled', 'Cancelled; nothing was changed.');
}
