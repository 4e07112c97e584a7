import { resolve } from 'node:path';
import type { Draft } from '../../changes/draft.ts';
import { removeSpan } from '../../changes/text-lines.ts';
import { MegallmError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { readFile } from '../../system/files.ts';
import type { Machine } from '../../system/machine.ts';
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
} from './backend.ts';
import { githubEntry, maskLine, newDelimiter, readGithubFile } from './github-file.ts';

/** The file of a step of GitHub Actions that gives variables to the steps after it; the runner reads it when the step ends. */
export class GithubActionsBackend implements Backend {
  readonly id = 'github';
  readonly path: string;
  readonly isFleeting = true;
  readonly #ownership: Ownership;

  /** `file`: the remembered one. Throws `refused` outside of GitHub Actions. */
  constructor(machine: Machine, ownership: Ownership, file = machine.env.GITHUB_ENV) {
    if (!file) {
      throw new MegallmError('refused', 'GITHUB_ENV is not set: this is no step of a GitHub Actions job.', [
        'In a workflow: npx megallm@latest env write --to github',
        'Elsewhere: megallm run -- CMD',
      ]);
    }
    this.path = resolve(machine.cwd, file);
    this.#ownership = ownership;
  }

  async probe(): Promise<undefined> {
    return undefined;
  }

  async find(names: readonly string[]): Promise<readonly Found[]> {
    const entries = readGithubFile(decode(readFile(this.path)?.bytes));
    return entries
      .filter(({ name }) => names.includes(name))
      .map(({ name, value, line }) => ({ name, value: new Secret(value), path: this.path, line }));
  }

  /** None: what stands last counts, and nothing that is there gives way. */
  async conflicts(): Promise<readonly Found[]> {
    return [];
  }

  async plan(draft: Draft, variables: ExportedVariables): Promise<void> {
    let text = decode(draft.read(this.path));
    for (const [name, secret] of variables) {
      const value = plainValue(secret);
      if (readGithubFile(text).findLast((entry) => entry.name === name)?.value === value) continue;
      const separator = text === '' || text.endsWith('\n') ? '' : '\n';
      text += separator + githubEntry(name, value, newDelimiter());
    }
    draft.write(this.path, Buffer.from(text, 'latin1'));
  }

  async planRemoval(draft: Draft, { variables, made }: Location, isForeign: IsForeign): Promise<void> {
    const bytes = draft.read(this.path);
    if (bytes === undefined) return;
    let text = decode(bytes);
    for (const { name, value, start, end } of readGithubFile(text).toReversed()) {
      const secret = new Secret(value);
      if (!variables.includes(name) || !this.#ownership(name, secret, this.path)) continue;
      if (!isForeign(secret.fingerprint)) text = removeSpan(text, start, end);
    }
    if (text === '' && made.includes(this.path)) draft.remove(this.path, made);
    else draft.write(this.path, Buffer.from(text, 'latin1'));
  }

  announcement(variables: ExportedVariables): string {
    const secrets = [...variables.values()].filter((value) => value instanceof Secret);
    return [...new Set(secrets.map((secret) => maskLine(secret.reveal())))].join('');
  }

  activation(): Activation {
    return { message: 'the steps after this one see the key, and the log masks it' };
  }

  async prove(variables: ExportedVariables): Promise<Proof> {
    const by = 'the runner';
    const entries = readGithubFile(decode(readFile(this.path)?.bytes));
    for (const [name, value] of variables) {
      const seen = entries.findLast((entry) => entry.name === name)?.value;
      if (seen === undefined) return { kind: 'missing', by, name };
      if (seen !== plainValue(value)) return { kind: 'different', by, name, value: new Secret(seen) };
    }
    return { kind: 'seen', by };
  }
}

/** One character for each byte, so that the bytes come back as they were. */
function decode(bytes: Buffer | undefined): string {
  return bytes?.toString('latin1') ?? '';
}
