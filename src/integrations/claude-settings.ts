import type { Draft } from '../changes/draft.ts';
import type { Found, IsForeign, Replace } from '../credentials/backends/backend.ts';
import { quoteForPosixShell } from '../credentials/backends/quoting.ts';
import { keyVariable } from '../credentials/key.ts';
import { MegallmError } from '../errors.ts';
import { Secret } from '../secret.ts';
import type { Machine } from '../system/machine.ts';
import type { InsertedText } from './inserted-text.ts';
import type { IntegrationSetting } from './integration.ts';
import {
  insertMember,
  isObject,
  jsonProblem,
  type MemberPath,
  memberAt,
  removeMember,
} from './json-members.ts';
import { keyArguments, profileAskedFor } from './key-command.ts';
import type { HelperCommand } from './own-command.ts';
import { isOurGateway, ownCommands } from './remembered.ts';
import { inTheWay, type SettingsEditor, unreadable } from './settings-file.ts';

const helper: MemberPath = ['apiKeyHelper'];
const baseUrl: MemberPath = ['env', 'ANTHROPIC_BASE_URL'];
const token: MemberPath = ['env', 'ANTHROPIC_AUTH_TOKEN'];
const apiKey: MemberPath = ['env', 'ANTHROPIC_API_KEY'];
const lifetime: MemberPath = ['env', 'CLAUDE_CODE_API_KEY_HELPER_TTL_MS'];
const discovery: MemberPath = ['env', 'CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY'];

const all = [helper, baseUrl, token, apiKey, lifetime, discovery];

interface Wish {
  readonly path: MemberPath;
  readonly value: () => string;
  readonly isMetBy: (value: unknown) => boolean;
}

/** What decides whose key Claude Code uses, among its settings. */
export class ClaudeSettings implements SettingsEditor {
  readonly #path: string;
  readonly #setting: IntegrationSetting;
  readonly #key: string | undefined;
  readonly #replace: Replace;

  /** `key`: for the form that holds it. */
  constructor(path: string, setting: IntegrationSetting, key: string | undefined, replace: Replace) {
    this.#path = path;
    this.#setting = setting;
    this.#key = key;
    this.#replace = replace;
  }

  check(text: string): void {
    const problem = jsonProblem(text, false);
    if (problem) throw unreadable(this.#path, 'Claude Code', problem);
    const env = memberAt(text, ['env']);
    if (env === undefined || isObject(env.value)) return;
    throw new MegallmError(
      'unparsable',
      `${this.#path}:${env.line} has an env that is no object, so Claude Code reads none of the file.`,
      'Mend it, and try again.',
    );
  }

  isInPlace(text: string): boolean {
    return this.missing(text) === undefined && this.conflicts(text).length === 0;
  }

  /** The first member that is not there as it should be. */
  missing(text: string): string | undefined {
    const wishes = this.#wishes();
    const unmet = wishes.find(({ path, isMetBy }) => !isMetBy(memberAt(text, path)?.value));
    if (unmet) return nameOf(unmet.path);
    const isOver = !wishes.some(({ path }) => path === helper) && memberAt(text, helper) !== undefined;
    return isOver ? nameOf(helper) : undefined;
  }

  clear(text: string): string {
    const conflicts = this.conflicts(text);
    const [first] = conflicts;
    if (first && this.#replace === 'ours-only') throw inTheWay(first);
    return all
      .filter((path) => conflicts.some(({ name }) => name === nameOf(path)))
      .reduce(removeMember, this.remove(text));
  }

  remove(text: string): string {
    return all.filter((path) => this.#isOurs(text, path)).reduce(removeMember, text);
  }

  insert(target: InsertedText): void {
    for (const { path, value } of this.#wishes()) {
      if (memberAt(target.text, path) === undefined) insertMember(target, path, value());
    }
  }

  /** Values of the user's own that would win over ours, or that ours would take the place of. */
  conflicts(text: string): Found[] {
    return [helper, baseUrl, token, apiKey].flatMap((path) => {
      const member = memberAt(text, path);
      if (member === undefined || this.#isOurs(text, path)) return [];
      return [this.#found(path, member)];
    });
  }

  /** Where the key is, or the command that gives it. */
  keys(text: string): Found[] {
    return [token, apiKey, helper].flatMap((path) => {
      const member = memberAt(text, path);
      if (member === undefined || member.value === '') return [];
      const found = this.#found(path, member);
      return [{ ...found, name: keyVariable, ...(path === helper && { value: undefined }) }];
    });
  }

  /** Another profile's link stands there now. */
  isAnothers(text: string, isForeign: IsForeign): boolean {
    const asked = profileAskedFor(String(memberAt(text, helper)?.value ?? ''));
    if (asked !== undefined) return asked !== this.#setting.link.profile;
    const held = memberAt(text, token)?.value;
    return typeof held === 'string' && held !== '' && isForeign(new Secret(held).fingerprint);
  }

  /** The command that stands there, as a link remembers it. */
  commandIn(text: string, draft: Draft): HelperCommand | undefined {
    return this.#ownCommandIn(memberAt(text, helper)?.value, draft);
  }

  read(text: string): { readonly helper: string | undefined } {
    const value = memberAt(text, helper)?.value;
    return { helper: typeof value === 'string' ? value : undefined };
  }

  #wishes(): readonly Wish[] {
    const { link } = this.#setting;
    const common = [
      exactly(baseUrl, link.gateway),
      // Stray ones in the shell would go out beside ours.
      exactly(apiKey, ''),
      unlessSet(discovery, '1'),
    ];
    if (link.form === 'plain') return [...common, exactly(token, this.#key ?? '')];
    return [this.#helperWish(), ...common, exactly(token, ''), unlessSet(lifetime, '300000')];
  }

  /** Another megallm's command is as good, but for a tool that is linked just now. */
  #helperWish(): Wish {
    const { link, machine, isNew } = this.#setting;
    const line = () => commandLine(this.#setting.helper(), link.profile, machine);
    const isMetBy = (value: unknown) => (isNew ? value === line() : this.#ownCommandIn(value) !== undefined);
    return { path: helper, value: line, isMetBy };
  }

  /** The command that a line asks with, where it is one of megallm's own. */
  #ownCommandIn(line: unknown, draft?: Draft): HelperCommand | undefined {
    const { link, machine } = this.#setting;
    return ownCommands(this.#setting, draft).find(
      (command) => line === commandLine(command, link.profile, machine),
    );
  }

  #isOurs(text: string, path: MemberPath): boolean {
    const value = memberAt(text, path)?.value;
    if (typeof value !== 'string') return false;
    const { ownership } = this.#setting;
    switch (path) {
      case helper:
        return profileAskedFor(value) !== undefined;
      case baseUrl:
        return isOurGateway(this.#setting, value);
      case token:
      case apiKey:
        return value === '' || ownership(keyVariable, new Secret(value), this.#path);
      default:
        return value === (path === lifetime ? '300000' : '1');
    }
  }

  #found(path: MemberPath, { value, line }: { value: unknown; line: number }): Found {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return { name: nameOf(path), value: new Secret(text), path: this.#path, line };
  }
}

function exactly(path: MemberPath, wanted: string): Wish {
  return { path, value: () => wanted, isMetBy: (value) => value === wanted };
}

/** A matter of taste: a value of the user's stays. */
function unlessSet(path: MemberPath, wanted: string): Wish {
  return { path, value: () => wanted, isMetBy: (value) => value !== undefined };
}

function nameOf(path: MemberPath): string {
  return path.join('.');
}

function commandLine(command: HelperCommand, profile: string, machine: Pick<Machine, 'platform'>): string {
  return shellLine([...command, ...keyArguments(profile)], machine);
}

/** Words as one line for the system's shell. */
export function shellLine(words: readonly string[], { platform }: Pick<Machine, 'platform'>): string {
  const quote = platform === 'win32' ? (word: string) => `"${word}"` : quoteForPosixShell;
  return words
    .map((word) => (/^[\w./:\\-]+$/.test(word) && platform !== 'win32' ? word : quote(word)))
    .join(' ');
}
