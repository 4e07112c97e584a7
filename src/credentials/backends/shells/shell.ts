import { join } from 'node:path';
import type { Draft } from '../../../changes/draft.ts';
import { type Block, drawBlock, putBlock, removeBlocks } from '../../../changes/managed-block.ts';
import { bom, removeSpan } from '../../../changes/text-lines.ts';
import { Secret } from '../../../secret.ts';
import { readFile } from '../../../system/files.ts';
import type { Machine } from '../../../system/machine.ts';
import { keyVariable } from '../../key.ts';
import type { Location } from '../../profiles.ts';
import {
  type Activation,
  type Backend,
  type ExportedVariables,
  type Flaw,
  type Found,
  type IsForeign,
  type IsOurKey,
  type Obstacle,
  type OtherPlaces,
  type Proof,
  plainValue,
  type Replace,
  type Startup,
} from '../backend.ts';
import { joinRemovals } from '../scripts/removal.ts';
import type { Statement } from '../scripts/statement.ts';
import { blocksOf } from './blocks.ts';
import type { Read, ShellDialect, StartupFiles } from './dialect.ts';
import { byHand, inTheWay, inUtf16 } from './refusals.ts';

export interface ShellSetting {
  readonly machine: Machine;
  readonly dialect: ShellDialect;
  /** All that read the same environment file, this one included. */
  readonly sharing: readonly ShellDialect[];
  /** The assignments stand in the shell's own file, not in one of ours that it reads. */
  readonly inline: boolean;
}

interface Assignment {
  readonly path: string;
  readonly statement: Extract<Statement, { kind: 'assignment' | 'unset' }>;
}

/**
 * A shell: a block at the top of its startup files reads a file of ours, which alone has the key. At the top, because
 * many startup files stop early in shells that are not interactive.
 */
export class ShellBackend implements Backend {
  readonly id: string;
  readonly path: string;
  readonly isOwnFile?: true;
  readonly #dialect: ShellDialect;
  readonly #setting: ShellSetting;
  readonly #environmentFile: string;

  constructor(setting: ShellSetting) {
    this.#dialect = setting.dialect;
    this.id = this.#dialect.id;
    this.#setting = setting;
    if (this.#dialect.isOwnFile) this.isOwnFile = true;
    this.#environmentFile = join(setting.machine.folder, this.#dialect.environmentFile);
    this.path = this.#files(readNow).main;
  }

  async probe(): Promise<Obstacle | undefined> {
    return this.#dialect.obstacle;
  }

  async find(names: readonly string[]): Promise<readonly Found[]> {
    const read = this.#checked(readNow);
    const { earlier = [], all } = this.#files(read);
    const isRead = all.some((path) => read(path).includes(this.#dialect.readingLine));
    const paths = [...earlier, ...(isRead ? [this.#environmentFile] : []), ...all];
    const kept = this.#dialect.kept?.(this.#setting.machine, names) ?? [];
    return [...kept, ...paths.flatMap((path) => this.#assignments(path, read(path), names)).map(toFound)];
  }

  async conflicts(names: readonly string[]): Promise<readonly Found[]> {
    const read = this.#checked(readNow);
    return this.#files(read).all.flatMap((path) => this.#usersOwn(path, read(path), names).map(toFound));
  }

  async plan(draft: Draft, variables: ExportedVariables, replace: Replace, profile: string): Promise<void> {
    const read = this.#checked((path) => draft.read(path)?.toString('latin1') ?? '');
    const { blocked, all } = this.#files(read);
    for (const path of all) {
      const cleared = this.#clear(path, read(path), [...variables.keys()], replace);
      const blocks = this.#blocks(path, cleared);
      const needsBlock = blocked.includes(path) || blocks.length > 0;
      const text = needsBlock ? this.#withBlock(cleared, blocks, variables) : cleared;
      if (text !== read(path)) draft.write(path, Buffer.from(text, 'latin1'));
    }
    if (!this.#setting.inline) draft.write(this.#environmentFile, this.#environment(variables, profile));
    else if (!this.#isReadElsewhere(read)) draft.remove(this.#environmentFile);
  }

  async planRemoval(
    draft: Draft,
    location: Location,
    isForeign: IsForeign,
    { isShared, kept }: OtherPlaces,
  ): Promise<void> {
    const read = this.#checked((path) => draft.read(path)?.toString('latin1') ?? '');
    const mayBeTheirs = isShared || this.#setting.inline;
    if (mayBeTheirs && this.#holdsForeignKey([this.#environmentFile, this.path], read, isForeign)) return;
    for (const path of this.#files(read).candidates) {
      const blocks = this.#blocks(path, read(path));
      if (blocks.length === 0) continue;
      const rest = removeBlocks(read(path), blocks);
      if (rest === '' && location.made.includes(path)) draft.remove(path, location.made);
      else draft.write(path, Buffer.from(rest, 'latin1'));
    }
    const theirs = kept();
    const isTheirs =
      this.#setting.sharing.some(({ id }) => theirs.includes(id)) ||
      this.#holdsForeignKey([this.#environmentFile], read, isForeign);
    if (!isTheirs || !this.#isReadElsewhere(read)) draft.remove(this.#environmentFile);
  }

  startup(): Startup {
    const { earlier = [], all } = this.#files(readNow);
    return { shells: this.#dialect.examinedBy, files: [...earlier, ...all], machine: this.#setting.machine };
  }

  async flaws(isOurs: IsOurKey): Promise<readonly Flaw[]> {
    const { flawsOf } = await import('./flaws.ts');
    const { candidates } = this.#files(readNow);
    return candidates.flatMap((path) => flawsOf(this.#dialect, path, readNow(path), isOurs));
  }

  activation(): Activation {
    return { message: `new ${this.id} sessions see the key`, command: this.#dialect.restart };
  }

  async prove(variables: ExportedVariables): Promise<Proof> {
    const { proveByNewShells } = await import('./prove.ts');
    return proveByNewShells(this.#dialect, variables, this.#setting.machine);
  }

  /** Texts as the dialect reads them; throws where megallm could not write in kind. */
  #checked(read: Read): Read {
    if (!this.#dialect.knowsUtf16) return read;
    return (path) => {
      const text = read(path);
      if (/^(?:\xff\xfe|\xfe\xff)/.test(text)) throw inUtf16(path);
      return text;
    };
  }

  #files(read: Read): StartupFiles {
    return this.#dialect.startupFiles(this.#setting.machine, read);
  }

  /** The text with the one block that it needs: in the file's own line endings only where the shell reads those. */
  #withBlock(text: string, blocks: readonly Block[], variables: ExportedVariables): string {
    const { knowsBom, knowsCrLf, readingLine } = this.#dialect;
    const body = this.#setting.inline ? this.#exportLines(variables) : `${readingLine}\n`;
    const block = drawBlock(body, knowsCrLf && text.includes('\r\n') ? '\r\n' : '\n');
    return putBlock(text, blocks, block, knowsBom && text.startsWith(bom) ? bom.length : 0);
  }

  #environment(variables: ExportedVariables, profile: string): Buffer {
    const heading = `# Profile ${profile}. Written by megallm, which will overwrite changes made here.`;
    return Buffer.from(`${heading}\n${this.#exportLines(variables)}`);
  }

  #exportLines(variables: ExportedVariables): string {
    const { exportLine } = this.#dialect;
    return [...variables].map(([name, value]) => `${exportLine(name, plainValue(value))}\n`).join('');
  }

  #blocks(path: string, text: string): Block[] {
    return blocksOf(this.#dialect, path, text);
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
    const assignments = this.#assignments(path, text, names);
    const blocks = assignments.length > 0 ? this.#blocks(path, text) : [];
    const isOurs = ({ statement }: Assignment) =>
      blocks.some((block) => statement.start >= block.start && statement.end <= block.end);
    return assignments.filter((assignment) => !isOurs(assignment));
  }

  #assignments(path: string, text: string, names: readonly string[]): Assignment[] {
    // A name may go on in the next line.
    if (!new RegExp(names.join('|'), 'i').test(text.replaceAll('\\\n', ''))) return [];
    return this.#dialect.read(text, new Set(names)).statements.flatMap((statement) => {
      if (statement.kind === 'source' || !names.includes(statement.name)) return [];
      if (statement.context === 'function' || statement.context === 'subshell') return [];
      return [{ path, statement }];
    });
  }

  /** Another profile's key is what these files come to: all profiles share them. */
  #holdsForeignKey(paths: readonly string[], read: Read, isForeign: IsForeign): boolean {
    const found = paths.flatMap((path) => this.#assignments(path, read(path), [keyVariable])).at(-1);
    const value = found && toFound(found).value;
    return value !== undefined && isForeign(value.fingerprint);
  }

  #isReadElsewhere(read: Read): boolean {
    return this.#setting.sharing.some((dialect) => {
      const files = dialect.startupFiles(this.#setting.machine, read).candidates;
      return files.some((path) =>
        blocksOf(dialect, path, read(path)).some(({ start, end }) =>
          read(path).slice(start, end).includes(dialect.readingLine),
        ),
      );
    });
  }
}

function readNow(path: string): string {
  return readFile(path)?.bytes.toString('latin1') ?? '';
}

function toFound({ path, statement }: Assignment): Found {
  const value = statement.kind === 'assignment' ? statement.value : undefined;
  const { name, line } = statement;
  return { name, value: value === undefined ? undefined : new Secret(value), path, line };
}
