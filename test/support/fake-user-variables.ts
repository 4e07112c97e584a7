import type { UserVariables } from '../../src/system/user-variables.ts';

/** A user environment in memory, which passes the contract of the real one. */
export class FakeUserVariables implements UserVariables {
  readonly values = new Map<string, string>();

  async read(name: string): Promise<string | undefined> {
    return this.values.get(name) || undefined;
  }

  async write(name: string, value: string): Promise<void> {
    this.values.set(name, value);
  }

  async remove(name: string): Promise<void> {
    this.values.delete(name);
  }
}
