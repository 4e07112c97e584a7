import { isDeepStrictEqual } from 'node:util';
import { defaultAddress } from '../api/address.ts';
import type { JsonObject } from '../changes/plan.ts';
import type { Found, Replace } from '../credentials/backends/backend.ts';
import { keyVariable } from '../credentials/key.ts';
import { Secret } from '../secret.ts';
import type { InsertedText } from './inserted-text.ts';
import type { IntegrationSetting } from './integration.ts';
import { insertMember, isObject, jsonProblem, memberAt, removeMember } from './json-members.ts';
import { chatModels, preferredModel } from './models.ts';
import { isOurGateway } from './remembered.ts';
import { inTheWay, type SettingsEditor, unreadable } from './settings-file.ts';

const provider = ['provider', 'megallm'];
const anthropic = ['provider', 'anthropic'];
const choices = [['model'], ['small_model']] as const;

/** OpenCode's opencode.json, which may have comments: a provider of our own, and a model of it where none is chosen. */
export class OpenCodeSettings implements SettingsEditor {
  readonly #path: string;
  readonly #setting: IntegrationSetting;
  readonly #replace: Replace;

  constructor(path: string, setting: IntegrationSetting, replace: Replace) {
    this.#path = path;
    this.#setting = setting;
    this.#replace = replace;
  }

  check(text: string): void {
    const problem = jsonProblem(text, true);
    if (problem) throw unreadable(this.#path, 'OpenCode', problem);
    const around = memberAt(text, ['provider']);
    if (around && !isObject(around.value))
      throw unreadable(this.#path, 'OpenCode', { line: around.line, column: 1 });
  }

  isInPlace(text: string): boolean {
    return !this.#isLeftOver(text) && this.missing(text) === undefined && this.conflicts(text).length === 0;
  }

  missing(text: string): string | undefined {
    const { isNew } = this.#setting;
    const now = memberAt(text, provider)?.value;
    if (isNew ? !isDeepStrictEqual(now, this.#provider()) : !this.#isOurs(now)) return provider.join('.');
    return choices.map(([name]) => name).find((name) => isNew && memberAt(text, [name]) === undefined);
  }

  clear(text: string): string {
    const [first] = this.conflicts(text);
    if (first && this.#replace === 'ours-only') throw inTheWay(first);
    return removeMember(this.#isLeftOver(text) ? removeMember(text, anthropic) : text, provider);
  }

  remove(text: string): string {
    if (!this.#isOurs(memberAt(text, provider)?.value)) return text;
    // A model of a provider that is gone would keep OpenCode from starting.
    const chosen = choices.filter((path) => String(memberAt(text, path)?.value).startsWith('megallm/'));
    return [...chosen, provider].reduce<string>(removeMember, text);
  }

  insert(target: InsertedText): void {
    // OpenCode puts this into a file that lacks it: better it is there from the start.
    if (target.text.trim() === '') insertMember(target, ['$schema'], 'https://opencode.ai/config.json');
    insertMember(target, provider, this.#provider());
    const chosen = openCodeModels(this.#setting.models);
    for (const path of choices) {
      const model = chosen[path[0]];
      if (model !== undefined && memberAt(target.text, path) === undefined) insertMember(target, path, model);
    }
  }

  conflicts(text: string): Found[] {
    const own = memberAt(text, provider);
    if (own === undefined || this.#isOurs(own.value)) return [];
    const value = new Secret(JSON.stringify(own.value));
    return [{ name: provider.join('.'), value, path: this.#path, line: own.line }];
  }

  isLinked(text: string): boolean {
    return this.#isOurs(memberAt(text, provider)?.value);
  }

  #provider(): JsonObject {
    return openCodeProvider(this.#setting.link.gateway, this.#setting.models);
  }

  #isOurs(value: unknown): boolean {
    const url = isObject(value) && isObject(value.options) ? value.options.baseURL : undefined;
    return isOurGateway(this.#setting, url, '/v1');
  }

  /** Exactly what megallm 3.1.0 wrote, over the user's own way to Anthropic. */
  #isLeftOver(text: string): boolean {
    const value = memberAt(text, anthropic)?.value;
    if (!isObject(value)) return false;
    const { models: _models, options, ...others } = value;
    const old = { apiKey: `{env:${keyVariable}}`, baseURL: `${defaultAddress.gateway}/v1` };
    return isDeepStrictEqual(options, old) && Object.keys(others).length === 0;
  }
}

/** The provider as OpenCode's configuration describes it. */
export function openCodeProvider(gateway: string, models: readonly string[]) {
  return {
    npm: '@ai-sdk/openai-compatible',
    name: 'MegaLLM',
    options: { baseURL: `${gateway}/v1` },
    models: Object.fromEntries(chatModels(models).map((model) => [model, entryFor(model)])),
  };
}

/** What is chosen of them: `wanted`, or what suits most. */
export function openCodeModels(
  all: readonly string[],
  wanted?: string,
): { readonly model?: string; readonly small_model?: string } {
  const models = chatModels(all);
  const model = wanted ?? preferredModel(models, large);
  if (model === undefined) return {};
  return { model: `megallm/${model}`, small_model: `megallm/${preferredModel(models, little) ?? model}` };
}

const large = [/^claude-sonnet/, /^claude/, /^gpt-5/, /^gpt/, /./];
const little = [/haiku/, /mini/, /flash/];

/** Claude's models are talked to in Anthropic's own format, which can do more. */
function entryFor(model: string): JsonObject {
  return /^claude-/.test(model) ? { provider: { npm: '@ai-sdk/anthropic' } } : {};
}
