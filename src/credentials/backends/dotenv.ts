import { dirname } from 'node:path';
import type { Draft } from '../../changes/draft.ts';
import { appendLine, bom, removeSpan, replaceSpan } from '../../changes/text-lines.ts';
import { MegallmError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { exists, readFile, resolveTarget } from '../../system/files.ts';
import type { Variables } from '../../system/machine.ts';
import type { Location } from '../profiles.ts';
import {
  type Activation,
  type Backend,
  type Companion,
  type CompanionWarning,
  type ExportedVariables,
  type Flaw,
  type Found,
  type IsForeign,
  type IsOurKey,
  type Obstacle,
  type Ownership,
  type Proof,
  plainValue,
  type Replace,
} from './backend.ts';
import { type DotenvAssignment, readDotenv } from './dotenv-file.ts';
import { gitExposure } from './git-exposure.ts';
import { companionFor, stopIgnoring } from './gitignore.ts';
import { quoteForDotenv } from './quoting.ts';

/** A `.env` file. Lines of ours end in LF whatever the file uses: a shell that sources it would keep a CR in the key. */
export class DotenvBackend implements Backend {
  readonly id = 'dotenv';
  readonly path: string;
  readonly #env: Variables;
  readonly #ownership: Ownership;

  constructor(target: { path: string; env: Variables; ownership: Ownership }) {
    this.path = target.path;
    this.#env = target.env;
    this.#ownership = target.ownership;
  }

  async probe(): Promise<Obstacle | undefined> {
    const otherwise = 'or write somewhere else: megallm env write --to dotenv --file .env.local';
    return gitExposure(this.path, this.#env, otherwise);
  }

  async find(names: readonly string[]): Promise<readonly Found[]> {
    const bytes = readFile(this.path)?.bytes;
    return bytes === undefined
      ? []
      : this.#assignments(bytes, names).map((assignment) => this.#found(assignment));
  }

  async conflicts(names: readonly string[]): Promise<readonly Found[]> {
    const bytes = readFile(this.path)?.bytes;
    if (bytes === undefined) return [];
    const all = this.#assignments(bytes, names);
    const counting = names.flatMap((name) => all.findLast((assignment) => assignment.name === name) ?? []);
    return counting
      .filter((assignment) => this.#isUsersOwn(assignment))
      .map((assignment) => this.#found(assignment));
  }

  async plan(draft: Draft, variables: ExportedVariables, replace: Replace): Promise<void> {
    if (!exists(dirname(resolveTarget(this.path)))) throw noFolder(this.path);
    let text = decode(draft.read(this.path) ?? Buffer.alloc(0), this.path);
    for (const [name, value] of variables) {
      const last = readDotenv(text).findLast((assignment) => assignment.name === name);
      const line = `${name}=${quoteForDotenv(name, plainValue(value))}`;
      if (last?.value === plainValue(value)) continue;
      if (last && replace === 'ours-only' && this.#isUsersOwn(last)) throw inTheWay(this.#found(last));
      text = withLine(text, last, line);
    }
    this.#checkReadable(text, variables);
    draft.write(this.path, Buffer.from(text, 'latin1'));
  }

  async planRemoval(draft: Draft, location: Location, isForeign: IsForeign): Promise<void> {
    const bytes = draft.read(this.path);
    if (bytes === undefined) return;
    let text = decode(bytes, this.path);
    for (const assignment of readDotenv(text).toReversed()) {
      const { name, value } = assignment;
      if (!location.variables.includes(name) || value === '' || this.#isUsersOwn(assignment)) continue;
      if (isForeign(new Secret(assignment.value).fingerprint)) continue;
      text = removeSpan(text, assignment.start, assignment.end);
    }
    if (location.ignoredBy) stopIgnoring(draft, this.path, location.ignoredBy, location.made);
    if (text === '' && location.made.includes(this.path)) draft.remove(this.path, location.made);
    else draft.write(this.path, Buffer.from(text, 'latin1'));
  }

  async companion(): Promise<Companion | CompanionWarning | undefined> {
    return companionFor(this.path, this.#env);
  }

  async flaws(isOurs: IsOurKey): Promise<readonly Flaw[]> {
    const { dotenvFlaws } = await import('./dotenv-flaws.ts');
    const bytes = readFile(this.path)?.bytes ?? Buffer.alloc(0);
    const flaws = dotenvFlaws(this.path, decode(bytes, this.path), isOurs);
    // What may not be written to, such as a file that Git tracks, is not mended either.
    const obstacle = flaws.length > 0 ? await this.probe() : undefined;
    return obstacle ? flaws.map(({ mend: _, ...flaw }) => flaw) : flaws;
  }

  activation(): Activation {
    return { message: 'programs that load this file see the key when they start next' };
  }

  async prove(variables: ExportedVariables): Promise<Proof> {
    const { parse } = await import('dotenv');
    const read = parse(readFile(this.path)?.bytes ?? '');
    for (const [name, value] of variables) {
      const seen = read[name];
      if (seen === undefined) return { kind: 'missing', by: 'dotenv', name };
      if (seen !== plainValue(value))
        return { kind: 'different', by: 'dotenv', name, value: new Secret(seen) };
    }
    return { kind: 'seen', by: 'dotenv' };
  }

  #assignments(bytes: Buffer, names: readonly string[]): DotenvAssignment[] {
    return readDotenv(decode(bytes, this.path)).filter(({ name }) => names.includes(name));
  }

  #found({ name, value, line }: DotenvAssignment): Found {
    return { name, value: new Secret(value), path: this.path, line };
  }

  #isUsersOwn({ name, value }: DotenvAssignment): boolean {
    return value !== '' && !this.#ownership(name, new Secret(value), this.path);
  }

  /** An unclosed quote earlier in the file may swallow what follows: better refused than written in vain. */
  #checkReadable(text: string, variables: ExportedVariables): void {
    const all = readDotenv(text);
    for (const [name, value] of variables) {
      if (all.findLast((assignment) => assignment.name === name)?.value === plainValue(value)) continue;
      throw new MegallmError(
        'unparsable',
        `${this.path} has a quote that is not closed.`,
        'Close it, and try again.',
      );
    }
  }
}

/**
 * Behind a byte-order mark a line of ours would not do: shells and python-dotenv take the mark for a part of the name.
 * Nor would the next one, so the first line stays, empty.
 */
function withLine(text: string, last: DotenvAssignment | undefined, line: string): string {
  if (last === undefined) return appendLine(text, line);
  const isBehindBom = last.start === bom.length && text.startsWith(bom);
  if (isBehindBom) {
    const ending = /\r?\n$/.exec(text.slice(last.start, last.end))?.[0] ?? '';
    return appendLine(replaceSpan(text, last.start, last.end, ending), line);
  }
  return replaceSpan(text, last.coreStart, last.coreEnd, line);
}

/** One character for each byte, so that the bytes come back as they were. */
function decode(bytes: Buffer, path: string): string {
  const start = bytes.toString('latin1', 0, 2);
  if (start !== '\xff\xfe' && start !== '\xfe\xff') return bytes.toString('latin1');
  throw new MegallmError(
    'unparsable',
    `${path} is in UTF-16, which the programs that read .env files do not expect.`,
    ['Save it as UTF-8 (in PowerShell: Set-Content -Encoding utf8) and try again.'],
  );
}

function inTheWay({ name, path, line }: Found): MegallmError {
  return new MegallmError('refused', `${path}:${line} sets ${name} to a value that megallm did not write.`, [
    'Add --yes to replace it (megallm undo brings it back).',
  ]);
}

function noFolder(path: string): MegallmError {
  return new MegallmError('failed', `The folder of ${path} does not exist.`, `mkdir -p ${dirname(path)}`);
}
