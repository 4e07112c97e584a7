import { join } from 'node:path';
import type { Draft } from '../changes/draft.ts';
import {
  type Activation,
  type AsksCommand,
  type Backend,
  type ExportedVariables,
  type Found,
  type IsForeign,
  type Obstacle,
  type Proof,
  plainValue,
  type Replace,
} from '../credentials/backends/backend.ts';
import { usualBackend } from '../credentials/backends/catalog.ts';
import { keyVariable } from '../credentials/key.ts';
import type { Insertions, Location } from '../credentials/profiles.ts';
import { readFile } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import { CodexSettings, commandOf } from './codex-settings.ts';
import type { IntegrationSetting } from './integration.ts';
import { askedProof, mustPrintKey } from './key-command.ts';
import { insertionsOf } from './remembered.ts';
import { partsOf, planSettings, planSettingsRemoval } from './settings-file.ts';

export function codexSettingsPath({ env, home }: Pick<Machine, 'env' | 'home'>): string {
  return join(env.CODEX_HOME || join(home, '.codex'), 'config.toml');
}

/** Codex's config.toml. No key ever stands in it: it has a command that prints the key, or a variable's name. */
export class Codex implements Backend {
  readonly id = 'codex';
  readonly path: string;
  readonly holdsReferences = true;
  readonly #setting: IntegrationSetting;
  #insertions: Insertions | undefined;

  constructor(path: string, setting: IntegrationSetting) {
    this.path = path;
    this.#setting = setting;
  }

  async probe(): Promise<Obstacle | undefined> {
    const { isNew, running, link, machine } = this.#setting;
    this.#settings().check(this.#text());
    return isNew && link.form === 'command' ? mustPrintKey(running, link.profile, machine) : undefined;
  }

  async find(names: readonly string[]): Promise<readonly Found[]> {
    const linked = names.includes(keyVariable) ? this.#settings().linked(this.#text()) : undefined;
    return linked ? [{ name: keyVariable, value: undefined, path: this.path, line: linked.line }] : [];
  }

  async conflicts(): Promise<readonly Found[]> {
    return this.#settings().conflicts(this.#text());
  }

  async plan(draft: Draft, _variables: ExportedVariables, replace: Replace): Promise<void> {
    const { isNew, link, planHelper } = this.#setting;
    if (isNew && link.form === 'command') await planHelper(draft);
    this.#insertions = planSettings(
      draft,
      this.path,
      this.#settings(replace),
      insertionsOf(this.#setting, draft),
    );
  }

  remember(draft: Draft): Pick<Location, 'link'> {
    const { profile, gateway, form } = this.#setting.link;
    const insertions = this.#insertions ? [this.#insertions] : [];
    const settings = this.#settings();
    const provider = settings.read(this.#text(draft.read(this.path))).model_providers?.megallm;
    const command = form === 'command' ? settings.ownCommandOf(provider, draft) : undefined;
    return { link: { profile, gateway, form, ...(command && { command }), insertions } };
  }

  async planRemoval(draft: Draft, location: Location, _isForeign: IsForeign): Promise<void> {
    const others = this.#setting.remembered(draft).filter(({ path, link }) => path === this.path && link);
    if (others.some(({ link }) => link?.profile !== this.#setting.link.profile)) return;
    planSettingsRemoval(
      draft,
      this.path,
      this.#settings(),
      insertionsOf(this.#setting, draft),
      location.made,
    );
  }

  activation(): Activation {
    if (this.#setting.link.form === 'command')
      return { message: 'it uses MegaLLM from its next start', command: 'codex' };
    return {
      message: `it takes ${keyVariable} from the environment it is started with: quit it, set that, start it again`,
      command: `megallm env write --to ${usualBackend(this.#setting.machine) ?? 'bash'}`,
    };
  }

  look(variables: ExportedVariables): Proof | AsksCommand {
    const key = variables.get(keyVariable);
    const config = this.#settings().read(this.#text());
    const by = 'Codex';
    const missing = this.#settings().missing(config);
    if (missing) return { kind: 'missing', by, name: missing };
    const [program, ...args] = commandOf(config.model_providers?.megallm ?? {}) ?? [];
    // That it is megallm's own command has been looked at above.
    if (this.#setting.link.form === 'command' && program !== undefined)
      return { kind: 'asks', command: { program, args } };
    const isSet = key !== undefined && this.#setting.machine.env[keyVariable] === plainValue(key);
    if (isSet) return { kind: 'seen', by };
    return { kind: 'unknown', by, reason: `it takes the key from ${keyVariable} when it is started` };
  }

  async prove(variables: ExportedVariables): Promise<Proof> {
    return askedProof(this.look(variables), variables, this.#setting.machine);
  }

  async strays(): Promise<readonly Obstacle[]> {
    const { profile, profiles } = this.#settings().read(this.#text());
    const chosen = typeof profile === 'string' ? profiles?.[profile]?.model_provider : undefined;
    if (chosen === undefined || chosen === 'megallm') return [];
    return [
      {
        message: `${this.path} uses its profile ${profile}, which picks another provider.`,
        hints: [
          `Take model_provider out of [profiles.${profile}], or start: codex -c model_provider=megallm`,
        ],
      },
    ];
  }

  #text(bytes = readFile(this.path)?.bytes): string {
    return partsOf(bytes ?? Buffer.alloc(0), this.path).text;
  }

  #settings(replace: Replace = 'ours-only'): CodexSettings {
    return new CodexSettings(this.path, this.#setting, replace);
  }
}
