import { basename, dirname, join } from 'node:path';
import type { Draft } from '../changes/draft.ts';
import {
  type Activation,
  type Backend,
  type ExportedVariables,
  type Found,
  type IsForeign,
  type Obstacle,
  type Proof,
  plainValue,
  type Replace,
} from '../credentials/backends/backend.ts';
import { keyVariable } from '../credentials/key.ts';
import type { Insertions, Location } from '../credentials/profiles.ts';
import { exists, readFile } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import type { IntegrationSetting } from './integration.ts';
import { chatModels } from './models.ts';
import { OpenCodeAuth } from './opencode-auth.ts';
import { OpenCodeSettings } from './opencode-settings.ts';
import { mustBePrivate } from './private-file.ts';
import { insertionsOf } from './remembered.ts';
import { partsOf, planSettings, planSettingsRemoval } from './settings-file.ts';

/** The user's settings, or the project's; of the two names the one that counts more where both are there. */
export function openCodeSettingsPath(machine: Machine, project: boolean): string {
  const { env, home } = machine;
  const folder = project ? machine.cwd : join(env.XDG_CONFIG_HOME || join(home, '.config'), 'opencode');
  const withComments = join(folder, 'opencode.jsonc');
  return exists(withComments) ? withComments : join(folder, 'opencode.json');
}

/** OpenCode has no way to ask for a key: it stands in its auth.json, for all projects; the settings tell of the provider. */
export class OpenCode implements Backend {
  readonly id = 'opencode';
  readonly path: string;
  readonly #authPath: string;
  readonly #setting: IntegrationSetting;
  #insertions: readonly Insertions[] = [];

  constructor(path: string, setting: IntegrationSetting) {
    const { env, home } = setting.machine;
    this.path = path;
    this.#setting = setting;
    // Where it was written, whatever the environment says now.
    const remembered = setting.link.insertions?.find(({ path: other }) => basename(other) === 'auth.json');
    const usual = join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'opencode', 'auth.json');
    this.#authPath = remembered?.path ?? usual;
  }

  async probe(): Promise<Obstacle | undefined> {
    this.#settings().check(textOf(this.path));
    this.#auth().check(textOf(this.#authPath));
    const { isNew, models, machine } = this.#setting;
    if (isNew && chatModels(models).length === 0) return noModels;
    return mustBePrivate(this.#authPath, machine);
  }

  async find(names: readonly string[]): Promise<readonly Found[]> {
    if (!names.includes(keyVariable) || !this.#settings().isLinked(textOf(this.path))) return [];
    return this.#auth().keys(textOf(this.#authPath));
  }

  async conflicts(): Promise<readonly Found[]> {
    const inAuth = this.#auth().conflicts(textOf(this.#authPath));
    return [...this.#settings().conflicts(textOf(this.path)), ...inAuth];
  }

  async plan(draft: Draft, variables: ExportedVariables, replace: Replace): Promise<void> {
    const known = insertionsOf(this.#setting, draft);
    const auth = this.#auth(keyIn(variables), replace);
    const inSettings = planSettings(draft, this.path, this.#settings(replace), known);
    const inAuth = planSettings(draft, this.#authPath, auth, known);
    this.#insertions = [inSettings, inAuth].filter((insertions) => insertions !== undefined);
  }

  remember(): Pick<Location, 'link'> {
    const { profile, gateway, form } = this.#setting.link;
    return { link: { profile, gateway, form, insertions: this.#insertions } };
  }

  /** The settings may be another profile's by now, and the key may be needed by another folder. */
  async planRemoval(draft: Draft, location: Location, isForeign: IsForeign): Promise<void> {
    const { link, remembered } = this.#setting;
    const others = remembered(draft).filter(
      (other) => other.path !== this.path || other.link?.profile !== link.profile,
    );
    const known = insertionsOf(this.#setting, draft);
    if (others.every(({ path }) => path !== this.path))
      planSettingsRemoval(draft, this.path, this.#settings(), known, location.made);
    const [held] = this.#auth().keys(textOf(this.#authPath));
    if (others.length > 0 || (held?.value && isForeign(held.value.fingerprint))) return;
    // Whichever folder was linked first has made it; without an entry it is of no use to OpenCode.
    const made = [...location.made, dirname(this.#authPath), this.#authPath];
    planSettingsRemoval(draft, this.#authPath, this.#auth(), known, made);
  }

  activation(): Activation {
    return { message: 'it offers the models of MegaLLM from its next start', command: 'opencode' };
  }

  look(variables: ExportedVariables): Proof {
    const by = 'OpenCode';
    const [inSettings, inAuth] = [textOf(this.path), textOf(this.#authPath)];
    this.#settings().check(inSettings);
    this.#auth().check(inAuth);
    const missing = this.#settings().missing(inSettings);
    if (missing) return { kind: 'missing', by, name: missing };
    const [held] = this.#auth().keys(inAuth);
    if (held?.value === undefined) return { kind: 'missing', by, name: keyVariable };
    if (held.value.reveal() === keyIn(variables)) return { kind: 'seen', by };
    return { kind: 'different', by, name: keyVariable, value: held.value };
  }

  async prove(variables: ExportedVariables): Promise<Proof> {
    return this.look(variables);
  }

  async strays(): Promise<readonly Obstacle[]> {
    const { env } = this.#setting.machine;
    return ['OPENCODE_CONFIG', 'OPENCODE_CONFIG_CONTENT']
      .filter((name) => env[name])
      .map((name) => ({
        message: `${name} is set in this shell: what it says about models and providers counts more than ${this.path}.`,
        hints: [`unset ${name}`],
      }));
  }

  #settings(replace: Replace = 'ours-only'): OpenCodeSettings {
    return new OpenCodeSettings(this.path, this.#setting, replace);
  }

  #auth(key?: string, replace: Replace = 'ours-only'): OpenCodeAuth {
    return new OpenCodeAuth(this.#authPath, this.#setting, key, replace);
  }
}

const noModels: Obstacle = {
  message: 'The service lists no models for this key, and OpenCode offers only those that its settings name.',
  hints: ['megallm doctor'],
};

function textOf(path: string): string {
  return partsOf(readFile(path)?.bytes ?? Buffer.alloc(0), path).text;
}

function keyIn(variables: ExportedVariables): string {
  const key = variables.get(keyVariable);
  return key === undefined ? '' : plainValue(key);
}
