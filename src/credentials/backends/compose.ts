import { join, resolve } from 'node:path';
import type { Draft } from '../../changes/draft.ts';
import { MegallmError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { exists, readFile } from '../../system/files.ts';
import type { Location } from '../profiles.ts';
import { keyReference, referencesTo } from '../references.ts';
import type { Activation, Backend, ExportedVariables, Found, Ownership, Proof, Replace } from './backend.ts';
import { ComposeFile, type ComposeVariable } from './compose-file.ts';

/** In the order in which Compose looks for them. */
const fileNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** The Compose file that is named, else the one in the folder. Throws `usage` where there is none. */
export function composePath(folder: string, file: string | undefined): string {
  if (file !== undefined) return resolve(folder, file);
  const found = fileNames.map((name) => join(folder, name)).find(exists);
  if (found) return found;
  throw new MegallmError('usage', `There is no Compose file in ${folder}.`, [
    'Name one: megallm env write --to compose --file PATH',
  ]);
}

/** The services of a Compose file, in its order. */
export async function servicesIn(path: string): Promise<string[]> {
  return (await open(readFile(path)?.bytes, path)).services;
}

/** The service, where there is but one. Throws `usage` where one has to be named. */
export async function onlyServiceIn(path: string): Promise<string> {
  const services = await servicesIn(path);
  const [only] = services;
  if (only !== undefined && services.length === 1) return only;
  throw new MegallmError('usage', `Say which service of ${path} is to have the key: add --service.`, [
    `Services: ${services.join(', ')}`,
  ]);
}

/** A service of a Compose file, which gets references to the variables: the file holds no key. */
export class ComposeBackend implements Backend {
  readonly id = 'compose';
  readonly path: string;
  readonly service: string;
  readonly holdsReferences = true;

  readonly #ownership: Ownership;

  constructor(path: string, service: string, ownership: Ownership) {
    this.path = path;
    this.service = service;
    this.#ownership = ownership;
  }

  async probe(): Promise<undefined> {
    return undefined;
  }

  /** References count as values that only Compose can tell. */
  async find(names: readonly string[]): Promise<readonly Found[]> {
    const file = await open(readFile(this.path)?.bytes, this.path);
    return file
      .variables(this.service)
      .filter(({ name }) => names.includes(name))
      .map((variable) => this.#found(variable));
  }

  async conflicts(names: readonly string[]): Promise<readonly Found[]> {
    const file = await open(readFile(this.path)?.bytes, this.path);
    const counting = names.flatMap((name) => last(file.variables(this.service), name) ?? []);
    return counting.filter((variable) => this.#isUsersOwn(variable)).map((variable) => this.#found(variable));
  }

  async plan(draft: Draft, variables: ExportedVariables, replace: Replace): Promise<void> {
    let file = await open(draft.read(this.path), this.path);
    for (const [name, value] of referencesTo(variables)) {
      const there = last(file.variables(this.service), name);
      if (there && (refersToKey(there) || there.value === value)) continue;
      if (there && replace === 'ours-only' && this.#isUsersOwn(there)) throw inTheWay(this.#found(there));
      file = await open(Buffer.from(file.withVariable(this.service, name, value)), this.path);
    }
    draft.write(this.path, Buffer.from(file.text));
  }

  async planRemoval(draft: Draft, { variables, beside }: Location): Promise<void> {
    const bytes = draft.read(this.path);
    if (bytes === undefined) return;
    let file = await open(bytes, this.path);
    for (const name of variables.toReversed()) {
      const there = last(file.variables(this.service), name);
      const written = name in (beside ?? {}) ? beside?.[name] : keyReference;
      if (there?.value === undefined || withoutEscapes(there.value) !== written) continue;
      file = await open(Buffer.from(file.withoutVariable(this.service, there)), this.path);
    }
    draft.write(this.path, Buffer.from(file.text));
  }

  activation(): Activation {
    return {
      message: `service ${this.service} gets the key from Compose's own environment, or the .env beside the file`,
      command: 'megallm run -- docker compose up',
    };
  }

  async prove(variables: ExportedVariables): Promise<Proof> {
    const by = `service ${this.service}`;
    const there = (await open(readFile(this.path)?.bytes, this.path)).variables(this.service);
    for (const [name, value] of referencesTo(variables)) {
      const seen = last(there, name);
      if (seen === undefined) return { kind: 'missing', by, name };
      if (!refersToKey(seen) && seen.value !== undefined && seen.value !== value)
        return { kind: 'different', by, name, value: new Secret(seen.value) };
    }
    return { kind: 'seen', by };
  }

  #isUsersOwn(variable: ComposeVariable): boolean {
    const { name, value } = variable;
    if (value === undefined || refersToKey(variable)) return false;
    return !this.#ownership(name, new Secret(withoutEscapes(value)), this.path);
  }

  #found(variable: ComposeVariable): Found {
    const { name, value = '', line } = variable;
    const known = refersToKey(variable) ? undefined : new Secret(value);
    return { name, value: known, path: this.path, line };
  }
}

/** The one that counts. */
function last(variables: readonly ComposeVariable[], name: string): ComposeVariable | undefined {
  return variables.findLast((variable) => variable.name === name);
}

/** `${MEGALLM_API_KEY}`, also with a default or a message, or the name alone, which Compose fills in too. */
function refersToKey({ value }: ComposeVariable): boolean {
  return value === undefined || /^\$(MEGALLM_API_KEY$|\{MEGALLM_API_KEY[}:?-])/.test(value);
}

function withoutEscapes(value: string): string {
  return value.replaceAll('$$', '$');
}

async function open(bytes: Buffer | undefined, path: string): Promise<ComposeFile> {
  if (bytes === undefined)
    throw new MegallmError('failed', `${path} is not there.`, 'Name the Compose file: --file PATH');
  return new ComposeFile(await import('yaml'), bytes, path);
}

function inTheWay({ name, path, line }: Found): MegallmError {
  return new MegallmError('refused', `${path}:${line} sets ${name} to a value that megallm did not write.`, [
    'Add --yes to replace it (megallm undo brings it back).',
  ]);
}
