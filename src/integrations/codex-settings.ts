import { isDeepStrictEqual } from 'node:util';
import { parse } from '@decimalturn/toml-patch';
import { defaultAddress } from '../api/address.ts';
import type { Draft } from '../changes/draft.ts';
import { removeSpan } from '../changes/text-lines.ts';
import type { Found, Replace } from '../credentials/backends/backend.ts';
import { keyVariable } from '../credentials/key.ts';
import { MegallmError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { asBytes, type InsertedText } from './inserted-text.ts';
import type { IntegrationSetting } from './integration.ts';
import { keyArguments } from './key-command.ts';
import { preferredModel } from './models.ts';
import type { HelperCommand } from './own-command.ts';
import { isOurGateway, ownCommands } from './remembered.ts';
import { inTheWay, type SettingsEditor, unreadable } from './settings-file.ts';
import { type TomlStatement, tomlStatements } from './toml-statements.ts';

/** The parts of a config.toml that decide whose key Codex uses. */
interface Config {
  readonly model?: unknown;
  readonly model_provider?: unknown;
  readonly profile?: unknown;
  readonly profiles?: Readonly<Record<string, { readonly model_provider?: unknown }>>;
  readonly model_providers?: Readonly<Record<string, Provider>>;
  readonly tools?: unknown;
}

interface Provider {
  readonly env_key?: unknown;
  readonly base_url?: unknown;
  readonly auth?: { readonly command?: unknown; readonly args?: unknown };
}

const provider = ['model_providers', 'megallm'];

/** Codex's config.toml: our provider in tables of its own at the end, and that it is the one to use at the top. */
export class CodexSettings implements SettingsEditor {
  readonly #path: string;
  readonly #setting: IntegrationSetting;
  readonly #replace: Replace;

  constructor(path: string, setting: IntegrationSetting, replace: Replace) {
    this.#path = path;
    this.#setting = setting;
    this.#replace = replace;
  }

  check(text: string): void {
    readToml(text, this.#path);
  }

  isInPlace(text: string): boolean {
    return this.missing(readToml(text, this.#path)) === undefined && this.conflicts(text).length === 0;
  }

  read(text: string): Config {
    return readToml(text, this.#path);
  }

  /** What is not there as it should be. */
  missing({ model_provider, model_providers, model }: Config): string | undefined {
    if (model_provider !== 'megallm') return 'model_provider';
    const { isNew, link, models } = this.#setting;
    const now = model_providers?.megallm;
    const isRight = isNew
      ? isDeepStrictEqual(now, this.#provider())
      : now?.base_url === `${link.gateway}/v1` &&
        (link.form === 'plain' || this.ownCommandOf(now) !== undefined);
    if (!isRight) return 'model_providers.megallm';
    return model === undefined && models.length > 0 ? 'model' : undefined;
  }

  /** The command that the provider asks with, where it is one of megallm's own. */
  ownCommandOf(own: Provider | undefined, draft?: Draft): HelperCommand | undefined {
    const words = own && commandOf(own);
    const asked = keyArguments(this.#setting.link.profile);
    return ownCommands(this.#setting, draft).find((command) =>
      isDeepStrictEqual([...command, ...asked], words),
    );
  }

  clear(text: string): string {
    const [first] = this.conflicts(text);
    if (first && this.#replace === 'ours-only') throw inTheWay(first);
    const isLeftOver = isOfOldMegallm(readToml(text, this.#path));
    return this.#without(
      text,
      (each) =>
        isOfProvider(each) || isTop(each, 'model_provider') || (isLeftOver && each.path[0] === 'tools'),
    );
  }

  remove(text: string): string {
    const config = readToml(text, this.#path);
    if (!this.#isOurs(config.model_providers?.megallm)) return text;
    const isChosen = config.model_provider === 'megallm';
    const statements = tomlStatements(text);
    // `link` writes it right below; a model for MegaLLM is none for another provider.
    const below = statements[statements.findIndex((each) => isTop(each, 'model_provider')) + 1];
    return this.#without(text, (statement) => {
      if (isOfProvider(statement)) return true;
      if (isTop(statement, 'model_provider')) return isChosen;
      return isChosen && isTop(statement, 'model') && statement.start === below?.start;
    });
  }

  insert(target: InsertedText): void {
    const newline = target.text.includes('\r\n') ? '\r\n' : '\n';
    const { model } = readToml(target.text, this.#path);
    const chosen = model === undefined ? preferredModel(this.#setting.models, preferred) : undefined;
    const top = [
      'model_provider = "megallm"',
      ...(chosen === undefined ? [] : [`model = ${JSON.stringify(chosen)}`]),
    ];
    insertTop(target, top, newline);
    const tables = drawProvider(this.#provider());
    const before = target.text.endsWith('\n') ? newline : newline + newline;
    target.insert(target.text.length, asBytes(before + [...tables, ''].join(newline)));
    if (!isToml(target.text)) throw byHand(this.#path, tables);
  }

  /** What of the user's ours would take the place of. */
  conflicts(text: string): Found[] {
    const { model_provider: chosen, model_providers } = readToml(text, this.#path);
    const statements = tomlStatements(text);
    const found = (name: string, value: unknown, is: (statement: TomlStatement) => boolean): Found => ({
      name,
      value: new Secret(JSON.stringify(value)),
      path: this.#path,
      line: statements.find(is)?.line ?? 1,
    });
    const own = model_providers?.megallm;
    return [
      ...(chosen === undefined || chosen === 'megallm'
        ? []
        : [found('model_provider', chosen, (each) => isTop(each, 'model_provider'))]),
      ...(own === undefined || this.#isOurs(own)
        ? []
        : [found(provider.join('.'), own, (each) => isOfProvider(each))]),
    ];
  }

  /** The provider as it stands there: where it sends the key, and the line to look at. */
  linked(text: string): { readonly provider: Provider; readonly line: number } | undefined {
    const own = readToml(text, this.#path).model_providers?.megallm;
    if (own === undefined || !this.#isOurs(own)) return undefined;
    return { provider: own, line: tomlStatements(text).find(isOfProvider)?.line ?? 1 };
  }

  #without(text: string, is: (statement: TomlStatement) => boolean): string {
    const gone = tomlStatements(text).filter(is).toReversed();
    return gone.reduce((rest, { kind, start, end }) => {
      const blank = kind === 'header' ? (/(?<=\n)\r?\n$/.exec(rest.slice(0, start))?.[0].length ?? 0) : 0;
      return removeSpan(rest, start - blank, end);
    }, text);
  }

  #isOurs(own: Provider | undefined): boolean {
    return isOurGateway(this.#setting, own?.base_url, '/v1');
  }

  #provider() {
    const { link, helper } = this.#setting;
    const common = { name: 'MegaLLM', base_url: `${link.gateway}/v1`, wire_api: 'responses' };
    if (link.form === 'plain') {
      const how = 'Set it, for example by: megallm env write --to bash';
      return { ...common, env_key: keyVariable, env_key_instructions: how };
    }
    const [command, ...first] = helper();
    const args = [...first, ...keyArguments(link.profile)];
    return { ...common, auth: { command, args, timeout_ms: 5000, refresh_interval_ms: 300_000 } };
  }
}

/** Of a provider: the command that it runs for the key. */
export function commandOf({ auth }: Provider): readonly [string, ...string[]] | undefined {
  if (typeof auth?.command !== 'string' || !Array.isArray(auth.args)) return undefined;
  return [auth.command, ...auth.args.map(String)];
}

/** Exactly what megallm 3.1.0 wrote beside its provider: one of the two is no tool that Codex knows. */
function isOfOldMegallm({ model_providers, tools }: Config): boolean {
  const old = { name: 'OpenAI using Chat Completions', env_key: keyVariable, query_params: {} };
  const isOld = isDeepStrictEqual(model_providers?.megallm, {
    ...old,
    base_url: `${defaultAddress.gateway}/v1`,
  });
  return isOld && isDeepStrictEqual(tools, { web_search: true, file_browser: true });
}

/** Codex is made for OpenAI's models. */
const preferred = [/^gpt-5.*codex/, /^gpt-5/, /^gpt-4\.1/, /^gpt-/, /^claude-sonnet/, /^(?!.*embed)/];

function isTop({ isTop: top, path }: TomlStatement, name: string): boolean {
  return top && path.length === 1 && path[0] === name;
}

function isOfProvider({ path }: TomlStatement): boolean {
  return provider.every((name, index) => path[index] === name);
}

/** Below the pairs that are there at the top, else at the very top: below a header they would be that table's. */
function insertTop(target: InsertedText, lines: readonly string[], newline: string): void {
  const { text } = target;
  const last = tomlStatements(text).findLast((statement) => statement.isTop);
  const at = last?.end ?? 0;
  const before = at === 0 || text[at - 1] === '\n' ? '' : newline;
  const after = last === undefined && text !== '' ? newline : '';
  target.insert(at, asBytes(before + [...lines, after].join(newline)));
}

function drawProvider({ auth, ...rest }: Record<string, unknown>): string[] {
  const pairs = (table: object) =>
    Object.entries(table).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const header = `[${provider.join('.')}`;
  return [`${header}]`, ...pairs(rest), ...(auth ? ['', `${header}.auth]`, ...pairs(auth)] : [])];
}

export function readToml(text: string, path: string): Config {
  try {
    return JSON.parse(JSON.stringify(parse(Buffer.from(text, 'latin1').toString('utf8'))));
  } catch (error) {
    const { line = 1, column = 0 } = error as { line?: number; column?: number };
    throw unreadable(path, 'Codex', { line, column: column + 1 });
  }
}

function isToml(text: string): boolean {
  try {
    parse(Buffer.from(text, 'latin1').toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Providers in one inline table, or by dotted keys: no table of ours can stand beside them. */
function byHand(path: string, lines: readonly string[]): MegallmError {
  return new MegallmError(
    'refused',
    `${path} writes its model_providers in a form that no table can be added to.`,
    ['Write them as tables, [model_providers.NAME], and try again. What would be added:', ...lines],
  );
}
