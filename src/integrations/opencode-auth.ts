import type { Found, Replace } from '../credentials/backends/backend.ts';
import { keyVariable } from '../credentials/key.ts';
import { Secret } from '../secret.ts';
import type { InsertedText } from './inserted-text.ts';
import type { IntegrationSetting } from './integration.ts';
import { insertMember, jsonProblem, memberAt, removeMember } from './json-members.ts';
import { inTheWay, type SettingsEditor, unreadable } from './settings-file.ts';

const entry = ['megallm'];
const held = [...entry, 'key'];

/** OpenCode's auth.json: the keys of all its providers, in plain text. */
export class OpenCodeAuth implements SettingsEditor {
  readonly #path: string;
  readonly #setting: IntegrationSetting;
  readonly #key: string | undefined;
  readonly #replace: Replace;

  constructor(path: string, setting: IntegrationSetting, key: string | undefined, replace: Replace) {
    this.#path = path;
    this.#setting = setting;
    this.#key = key;
    this.#replace = replace;
  }

  check(text: string): void {
    const problem = jsonProblem(text, false);
    if (problem) throw unreadable(this.#path, 'OpenCode', problem);
  }

  isInPlace(text: string): boolean {
    return memberAt(text, held)?.value === this.#key && memberAt(text, [...entry, 'type'])?.value === 'api';
  }

  clear(text: string): string {
    const [first] = this.conflicts(text);
    if (first && this.#replace === 'ours-only') throw inTheWay(first);
    return removeMember(text, entry);
  }

  remove(text: string): string {
    return this.conflicts(text).length > 0 ? text : removeMember(text, entry);
  }

  insert(target: InsertedText): void {
    insertMember(target, entry, { type: 'api', key: this.#key ?? '' });
  }

  conflicts(text: string): Found[] {
    const member = memberAt(text, entry);
    if (member === undefined) return [];
    const [own] = this.keys(text);
    if (own?.value && this.#setting.ownership(keyVariable, own.value, this.#path)) return [];
    const value = own?.value ?? new Secret(JSON.stringify(member.value));
    return [{ name: entry.join('.'), value, path: this.#path, line: member.line }];
  }

  keys(text: string): Found[] {
    const member = memberAt(text, held);
    if (typeof member?.value !== 'string') return [];
    return [{ name: keyVariable, value: new Secret(member.value), path: this.#path, line: member.line }];
  }
}
