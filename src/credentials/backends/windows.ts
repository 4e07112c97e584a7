import type { Draft } from '../../changes/draft.ts';
import { MegallmError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { type UserVariables, userEnvironment } from '../../system/user-variables.ts';
import type { Location } from '../profiles.ts';
import {
  type Activation,
  type Backend,
  type ExportedVariables,
  type Found,
  type IsForeign,
  type Ownership,
  type Proof,
  plainValue,
  type Replace,
} from './backend.ts';

/** The user environment of Windows, which every program gets that is started after the change. */
export class WindowsBackend implements Backend {
  readonly id = 'windows';
  readonly path = userEnvironment;
  readonly #variables: UserVariables;
  readonly #ownership: Ownership;

  constructor(variables: UserVariables, ownership: Ownership) {
    this.#variables = variables;
    this.#ownership = ownership;
  }

  async probe(): Promise<undefined> {
    return undefined;
  }

  async find(names: readonly string[]): Promise<readonly Found[]> {
    const found: Found[] = [];
    for (const name of names) {
      const value = await this.#variables.read(name);
      if (value !== undefined) found.push(toFound(name, value));
    }
    return found;
  }

  async conflicts(names: readonly string[]): Promise<readonly Found[]> {
    return (await this.find(names)).filter(({ name, value }) => value && !this.#isOurs(name, value));
  }

  async plan(draft: Draft, variables: ExportedVariables, replace: Replace): Promise<void> {
    for (const [name, value] of variables) {
      const now = await this.#variables.read(name);
      const isOurs = now === undefined || now === plainValue(value) || this.#isOurs(name, new Secret(now));
      if (!isOurs && replace === 'ours-only') throw inTheWay(name);
      draft.writeUserVariable(name, now, plainValue(value));
    }
  }

  async planRemoval(draft: Draft, { variables }: Location, isForeign: IsForeign): Promise<void> {
    for (const name of variables) {
      const now = await this.#variables.read(name);
      if (now === undefined || !this.#isOurs(name, new Secret(now))) continue;
      if (!isForeign(new Secret(now).fingerprint)) draft.writeUserVariable(name, now, undefined);
    }
  }

  activation(): Activation {
    return { message: 'programs that start from now on see the key; open terminals do not' };
  }

  async prove(variables: ExportedVariables): Promise<Proof> {
    const by = 'a new program';
    for (const [name, value] of variables) {
      const seen = await this.#variables.read(name);
      if (seen === undefined) return { kind: 'missing', by, name };
      if (seen !== plainValue(value)) return { kind: 'different', by, name, value: new Secret(seen) };
    }
    return { kind: 'seen', by };
  }

  #isOurs(name: string, value: Secret): boolean {
    return this.#ownership(name, value, this.path);
  }
}

/** Each variable has a path of its own, so that a change of one is not taken for a change of the others. */
function toFound(name: string, value: string): Found {
  return { name, value: new Secret(value), path: `${userEnvironment}\\${name}` };
}

function inTheWay(name: string): MegallmError {
  return new MegallmError(
    'refused',
    `The user environment sets ${name} to a value that megallm did not write.`,
    'Add --yes to replace it (megallm undo brings it back).',
  );
}
