import { join } from 'node:path';
import type { Draft } from '../changes/draft.ts';
import {
  type Activation,
  type AsksCommand,
  type Backend,
  type Companion,
  type CompanionWarning,
  type ExportedVariables,
  type Found,
  type IsForeign,
  type Obstacle,
  type Proof,
  plainValue,
  type Replace,
} from '../credentials/backends/backend.ts';
import { companionFor } from '../credentials/backends/gitignore.ts';
import { keyVariable } from '../credentials/key.ts';
import type { Insertions, Link, Location } from '../credentials/profiles.ts';
import { readFile } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import { ClaudeSettings } from './claude-settings.ts';
import { claudeStrays } from './claude-strays.ts';
import type { IntegrationSetting } from './integration.ts';
import { askedProof, mustPrintKey, shellInvocation } from './key-command.ts';
import { mustBePrivate } from './private-file.ts';
import { insertionsOf } from './remembered.ts';
import { partsOf, planSettings, planSettingsRemoval } from './settings-file.ts';

/** The user's settings, or with `project` the ones of this folder that are not shared (code.claude.com/docs/en/settings). */
export function claudeSettingsPath(machine: Machine, project: boolean): string {
  if (project) return join(machine.cwd, '.claude', 'settings.local.json');
  return join(claudeFolder(machine), 'settings.json');
}

export function claudeFolder({ env, home }: Pick<Machine, 'env' | 'home'>): string {
  return env.CLAUDE_CONFIG_DIR || join(home, '.claude');
}

/** Claude Code's settings.json: strict JSON, whose `env` wins over the shell's environment. */
export class ClaudeCode implements Backend {
  readonly id = 'claude';
  readonly path: string;
  readonly #setting: IntegrationSetting;
  readonly #link: Link;
  readonly holdsReferences?: true;
  #insertions: Insertions | undefined;

  constructor(path: string, setting: IntegrationSetting) {
    this.path = path;
    this.#setting = setting;
    this.#link = setting.link;
    if (setting.link.form === 'command') this.holdsReferences = true;
  }

  async probe(): Promise<Obstacle | undefined> {
    this.#settings().check(this.#text());
    const { isNew, running, machine } = this.#setting;
    if (this.#link.form === 'plain') return mustBePrivate(this.path, machine);
    return isNew ? mustPrintKey(running, this.#link.profile, machine) : undefined;
  }

  async find(names: readonly string[]): Promise<readonly Found[]> {
    if (!names.includes(keyVariable)) return [];
    return this.#settings().keys(this.#text());
  }

  async conflicts(): Promise<readonly Found[]> {
    const settings = this.#settings();
    settings.check(this.#text());
    return settings.conflicts(this.#text());
  }

  async plan(draft: Draft, variables: ExportedVariables, replace: Replace): Promise<void> {
    const { isNew, planHelper } = this.#setting;
    if (isNew && this.#link.form === 'command') await planHelper(draft);
    const key = variables.get(keyVariable);
    const settings = this.#settings(key === undefined ? undefined : plainValue(key), replace);
    this.#insertions = planSettings(draft, this.path, settings, insertionsOf(this.#setting, draft));
  }

  remember(draft: Draft): Pick<Location, 'link'> {
    const { profile, gateway, form } = this.#link;
    const insertions = this.#insertions ? [this.#insertions] : [];
    const command =
      form === 'command' ? this.#settings().commandIn(this.#text(draft.read(this.path)), draft) : undefined;
    return { link: { profile, gateway, form, ...(command && { command }), insertions } };
  }

  async planRemoval(draft: Draft, location: Location, isForeign: IsForeign): Promise<void> {
    const settings = this.#settings();
    const text = this.#text(draft.read(this.path));
    if (settings.isAnothers(text, isForeign)) return;
    planSettingsRemoval(draft, this.path, settings, insertionsOf(this.#setting, draft), location.made);
  }

  async companion(): Promise<Companion | CompanionWarning | undefined> {
    return this.#link.form === 'plain' ? companionFor(this.path, this.#setting.machine.env) : undefined;
  }

  activation(): Activation {
    return { message: 'it uses MegaLLM from its next start', command: 'claude' };
  }

  look(variables: ExportedVariables): Proof | AsksCommand {
    const key = variables.get(keyVariable);
    const text = this.#text();
    const by = 'Claude Code';
    const settings = this.#settings(key === undefined ? '' : plainValue(key));
    settings.check(text);
    const missing = settings.missing(text);
    if (missing !== undefined) return { kind: 'missing', by, name: missing };
    const { helper } = settings.read(text);
    // That it is megallm's own command has been looked at above.
    if (this.#link.form === 'plain' || helper === undefined) return { kind: 'seen', by };
    return { kind: 'asks', command: shellInvocation(helper, this.#setting.machine) };
  }

  async prove(variables: ExportedVariables): Promise<Proof> {
    return askedProof(this.look(variables), variables, this.#setting.machine);
  }

  async strays(): Promise<readonly Obstacle[]> {
    const { machine } = this.#setting;
    return claudeStrays(this.path, claudeFolder(machine), machine);
  }

  #text(bytes = readFile(this.path)?.bytes): string {
    return partsOf(bytes ?? Buffer.alloc(0), this.path).text;
  }

  #settings(key?: string, replace: Replace = 'ours-only'): ClaudeSettings {
    return new ClaudeSettings(this.path, this.#setting, key, replace);
  }
}
