import { MegallmError } from '../errors.ts';

/** The Windows user environment (`HKCU\Environment`). Failures are MegallmErrors. */
export interface UserVariables {
  read(name: string): Promise<string | undefined>;
  write(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** What every other system has in its place. */
export const noUserVariables: UserVariables = {
  read: refuse,
  write: refuse,
  remove: refuse,
};

async function refuse(): Promise<never> {
  throw new MegallmError(
    'usage',
    'Only Windows has user variables.',
    'Use another backend, such as --to bash.',
  );
}
