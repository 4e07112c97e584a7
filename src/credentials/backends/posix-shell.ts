import { dirname, join } from 'node:path';
import type { Draft } from '../../changes/draft.ts';
import { type Block, drawBlock, findBlocks, putBlock, removeBlocks } from '../../changes/managed-block.ts';
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
  type Obstacle,
  type Ownership,
  type Proof,
  plainValue,
  type Replace,
} from './backend.ts';
import { quoteForPosixShell } from './quoting.ts';
import { readShellScript, type Statement } from './shell-script.ts';
import { joinRemovals } from './shell-script-removal.ts';
import { type PosixShell, startupFiles } from './startup-files.ts';

interface Setting {
  readonly machine: Machine;
  readonly ownership: Ownership;
  /** The assignments stand in the shell's own file, not in one of ours that it reads. */
  readonly inline: boolean;
}

type OwnAssignment = Extract<Statement, { kind: 'assignment' | 'unset' }>;

/**
 * bash and zsh: a block at the top of the shell's startup files reads `~/.megallm/env.sh`, which alone has the key.
 * At the top, because many startup files stop early in shells that are not interactive.
 */
export class PosixShellBackend implements Backend {
  readonly id: PosixShell;
  readonly path: string;
  readonly #setting: Setting;
  readonly #environmentFile: string;

  constructor(shell: PosixShell, setting: Setting) {
    this.id = shell;
    this.#setting = setting;
    this.path = startupFiles(shell, setting.machine, readLatin1).main;
    this.#environmentFile = join(setting.machine.folder, 'env.sh');
  }

  async probe(): Promise<Obstacle | undefined> {
    return undefined;
  }

  async find(names: readonly string[]): Promise<readonly Found[]> {
    const own = this.#assignments(this.#environmentFile, readLatin1(this.#environmentFile), names);
    const reached = this.#files(readLatin1).all.filter(
      (path) => this.#blocks(path, readLatin1(path)).length > 0,
    );
    const inFiles = this.#files(readLatin1).all.flatMap((path) =>
      this.#assignments(path, readLatin1(path), names),
    );
    return [...(reached.length > 0 ? own : []), ...inFiles].map((found) => toFound(found));
  }

  async conflicts(names: readonly string[]): Promise<readonly Found[]> {
    return this.#files(readLatin1).all.flatMap((path) =>
      this.#usersOwn(path, readLatin1(path), names).map(toFound),
    );
  }

  async plan(draft: Draft, variables: ExportedVariables, replace: Replace): Promise<void> {
    const read = (path: string) => draft.read(path)?.toString('latin1') ?? '';
    const names = [...variables.keys()];
    const { blocked, all } = this.#files(read);
    for (const path of all) {
      const cleared = this.#clear(path, read(path), names, replace);
      const wants = blocked.includes(path) || this.#blocks(path, cleared).length > 0;
      const text = wants ? putBlock(cleared, this.#blocks(path, cleared), this.#block(variables)) : cleared;
      if (text !== read(path)) draft.write(path, Buffer.from(text, 'latin1'));
    }
    if (!this.#setting.inline) draft.write(this.#environmentFile, this.#environment(variables));
  }

  async planRemoval(draft: Draft, location: Location): Promise<void> {
    const read = (path: string) => draft.read(path)?.toString('latin1') ?? '';
    for (const path of startupFiles(this.id, this.#setting.machine, read).candidates) {
      const blocks = this.#blocks(path, read(path));
      if (blocks.length === 0) continue;
      const rest = removeBlocks(read(path), blocks);
      if (rest === '' && location.made.includes(path)) draft.remove(path, location.made);
      else draft.write(path, Buffer.from(rest, 'latin1'));
    }
    if (!this.#isReadElsewhere(read)) draft.remove(this.#environmentFile);
  }

  activation(): Activation {
    return { message: `new ${this.id} sessions see the key`, command: `exec ${this.id}` };
  }

  async prove(variables: ExportedVariables): Promise<Proof> {
    const { readFromNewShell } = await import('../../system/new-shell.ts');
    for (const kind of ['login', 'interactive'] as const) {
      const by = `a new ${kind} ${this.id}`;
      const seen = await readFromNewShell(this.id, kind, [...variables.keys()], this.#setting.machine);
      if ('problem' in seen) return { kind: 'unknown', by, reason: seen.problem };
      for (const [name, value] of variables) {
        const now = seen.values.get(name);
        if (now === undefined) return { kind: 'missing', by, name };
        if (now !== plainValue(value)) return { kind: 'different', by, name, value: new Secret(now) };
      }
    }
    return { kind: 'seen', by: `a new ${this.id}, login and interactive,` };
  }

  #files(read: (path: string) => string): ReturnType<typeof startupFiles> {
    return startupFiles(this.id, this.#setting.machine, read);
  }

  #block(variables: ExportedVariables): string {
    if (this.#setting.inline) return drawBlock(exportLines(variables));
    return drawBlock('if [ -r "$HOME/.megallm/env.sh" ]; then . "$HOME/.megallm/env.sh"; fi\n');
  }

  #environment(variables: ExportedVariables): Buffer {
    return Buffer.from(
      `# Written by megallm; it will overwrite changes made here.\n${exportLines(variables)}`,
    );
  }

  /** Blocks that the shell really reads: the same lines in a here-document are the user's text. */
  #blocks(path: string, text: string): Block[] {
    const blocks = findBlocks(text, path);
    if (blocks.length === 0) return blocks;
    const { statements } = readShellScript(text, this.id);
    return blocks.filter((block) =>
      statements.some(({ start, end }) => start >= block.start && end <= block.end),
    );
  }

  #clear(path: string, text: string, names: readonly string[], replace: Replace): string {
    const own = this.#usersOwn(path, text, names);
    const [first] = own;
    if (first === undefined) return text;
    if (replace === 'ours-only') throw inTheWay(toFound(first));
    const removals = own.map((assignment) => {
      if (assignment.statement.removal) return assignment.statement.removal;
      throw byHand(toFound(assignment));
    });
    return joinRemovals(removals)
      .toReversed()
      .reduce((rest, cut) => removeSpan(rest, cut.start, cut.end), text);
  }

  /** What would win over the block: assignments of the user's outside of it, functions apart. */
  #usersOwn(path: string, text: string, names: readonly string[]): Assignment[] {
    const blocks = this.#blocks(path, text);
    const isOurs = ({ statement }: Assignment) =>
      blocks.some((block) => statement.start >= block.start && statement.end <= block.end);
    return this.#assignments(path, text, names).filter((assignment) => !isOurs(assignment));
  }

  #assignments(path: string, text: string, names: readonly string[]): Assignment[] {
    if (!names.some((name) => text.includes(name))) return [];
    return readShellScript(text, this.id, new Set(names)).statements.flatMap((statement) => {
      if (statement.kind === 'source' || !names.includes(statement.name)) return [];
      if (statement.context === 'function' || statement.context === 'subshell') return [];
      return [{ path, statement }];
    });
  }

  #isReadElsewhere(read: (path: string) => string): boolean {
    const shells = ['bash', 'zsh'] as const;
    const files = shells.flatMap((shell) => startupFiles(shell, this.#setting.machine, read).candidates);
    return files.some((path) => read(path).includes('/.megallm/env.sh"'));
  }
}

interface Assignment {
  readonly path: string;
  readonly statement: OwnAssignment;
}

function toFound({ path, statement }: Assignment): Found {
  const value = statement.kind === 'assignment' ? statement.value : undefined;
  return {
    name: statement.name,
    value: value === undefined ? undefined : new Secret(value),
    path,
    line: statement.line,
  };
}

function exportLines(variables: ExportedVariables): string {
  return [...variables]
    .map(([name, value]) => `export ${name}=${quoteForPosixShell(plainValue(value))}\n`)
    .join('');
}

function readLatin1(path: string): string {
  return readFile(path)?.bytes.toString('latin1') ?? '';
}

function inTheWay({ name, path, line }: Found): MegallmError {
  return new MegallmError(
    'refused',
    `${path}:${line} sets ${name} itself, and would win over what megallm writes.`,
    ['Add --yes to take that line out (megallm undo brings it back).'],
  );
}

function byHand({ name, path, line }: Found): MegallmError {
  return new MegallmError(
    'refused',
    `${path}:${line} sets ${name} in a place where taking it out could break the file.`,
    [`Take it out by hand, and run the command again: ${dirname(path)}`],
  );
}
