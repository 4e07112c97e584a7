import { isDeepStrictEqual } from 'node:util';
import type { Secret } from '../secret.ts';
import { missingFolders, readFile, resolveTarget } from '../system/files.ts';
import type {
  Edit,
  FileEdit,
  Json,
  JsonObject,
  KeychainEdit,
  ModeEdit,
  Plan,
  RecordEdit,
  UserVariableEdit,
} from './plan.ts';
import { readRecord } from './record-file.ts';

/**
 * A plan in the making. Whoever plans reads the machine through it and writes to it, so that each sees what the others
 * have planned already, and one file ends up as one edit however many had a part in it. Nothing is changed.
 */
export class Draft {
  /** By where the path leads: one file may have several (`.bash_profile -> .bashrc`). */
  readonly #files = new Map<string, FileEdit>();
  /** Where each path leads: looked up once, since it costs a call for every folder on the way. */
  readonly #targets = new Map<string, string>();
  readonly #modes = new Map<string, ModeEdit>();
  readonly #records = new Map<string, RecordEdit>();
  readonly #keychain = new Map<string, KeychainEdit>();
  readonly #userVariables = new Map<string, UserVariableEdit>();

  /** The bytes that the file will have; `undefined` when it will not be there. */
  read(path: string): Buffer | undefined {
    return this.#file(path).after;
  }

  /** A file that has to be created will be readable by its owner alone. */
  write(path: string, bytes: Buffer): void {
    this.#keep({ ...this.#file(path), after: bytes });
  }

  /** A file of a copy of megallm's program in the folder `partOf`; `mode` when it is created. */
  writeProgram(path: string, bytes: Buffer, mode: number, partOf: string): void {
    this.#keep({ ...this.#file(path), after: bytes, mode, partOf });
  }

  /** Removes it, with all its folders up to `partOf` that this leaves empty. */
  removeProgram(path: string, folders: readonly string[], partOf: string): void {
    this.#keep({ ...this.#file(path), after: undefined, folders, partOf });
  }

  /** Removes the file, and those of the folders in `made` above it that this leaves empty. */
  remove(path: string, made: readonly string[] = []): void {
    const folders = made.filter((folder) => path.startsWith(folder));
    this.#keep({ ...this.#file(path), after: undefined, folders });
  }

  /** The files that are to be created so far, and the folders for them: what removing them again may remove. */
  created(): string[] {
    const created = [...this.#files.values()].filter(({ before, after }) => before === undefined && after);
    return [...new Set(created.flatMap(({ folders, path }) => [...folders, path]))];
  }

  /** Permission bits for a file or folder that is there. */
  writeMode(path: string, before: number, after: number): void {
    const first = this.#modes.get(path)?.before ?? before;
    this.#modes.set(path, { kind: 'mode', path, before: first, after });
  }

  record(path: string): JsonObject | undefined {
    return this.#record(path).after;
  }

  writeRecord(path: string, after: JsonObject | undefined): void {
    this.#records.set(path, { ...this.#record(path), after });
  }

  /** Removes the record, and those of the folders that this leaves empty. */
  removeRecord(path: string, folders: readonly string[]): void {
    this.#records.set(path, { ...this.#record(path), after: undefined, folders });
  }

  writeKeychain(account: string, before: Secret | undefined, after: Secret | undefined): void {
    const first = this.#keychain.get(account)?.before ?? before;
    this.#keychain.set(account, { kind: 'keychain', account, before: first, after });
  }

  writeUserVariable(name: string, before: string | undefined, after: string | undefined): void {
    const first = this.#userVariables.get(name) ?? { before };
    this.#userVariables.set(name, { kind: 'user-variable', name, before: first.before, after });
  }

  /**
   * What has been planned so far, without what would change nothing. A record learns of a new place before the key goes
   * there, and forgets an old one after the key has left it: stopped anywhere, it never misses a place that holds a key.
   */
  plan(): Plan {
    const records = [...this.#records.values()].map(splitRecord);
    const edits: Edit[] = [
      ...this.#modes.values(),
      ...this.#keychain.values(),
      ...records.map(({ first }) => first),
      ...this.#files.values(),
      ...this.#userVariables.values(),
      ...records.map(({ last }) => last),
    ];
    return { edits: edits.filter(changesSomething) };
  }

  /** Two names of one file, by way of symbolic links, are one edit. */
  #keep(edit: FileEdit): void {
    this.#files.set(this.#target(edit.path), edit);
  }

  #file(path: string): FileEdit {
    const known = this.#files.get(this.#target(path));
    if (known) return known;
    const now = readFile(path);
    const folders = now ? [] : missingFolders(path);
    const edit: FileEdit = {
      kind: 'file',
      path,
      before: now?.bytes,
      after: now?.bytes,
      mode: now?.mode ?? 0o600,
      folders,
    };
    this.#keep(edit);
    return edit;
  }

  #target(path: string): string {
    const target = this.#targets.get(path) ?? resolveTarget(path);
    this.#targets.set(path, target);
    return target;
  }

  #record(path: string): RecordEdit {
    const known = this.#records.get(path);
    if (known) return known;
    const now = readRecord(path);
    const edit: RecordEdit = { kind: 'record', path, before: now, after: now };
    this.#records.set(path, edit);
    return edit;
  }
}

/** The two halves of a record's edit: one that only adds, and one that takes away. */
function splitRecord(edit: RecordEdit): { first: RecordEdit; last: RecordEdit } {
  const middle = edit.after === undefined ? edit.before : withItemsOf(edit.before, edit.after);
  return { first: { ...edit, after: middle }, last: { ...edit, before: middle } };
}

function withItemsOf(before: JsonObject | undefined, after: JsonObject): JsonObject {
  const kept = Object.entries(after).map(([member, value]): [string, Json | undefined] => {
    const old = before?.[member];
    if (!Array.isArray(value) || !Array.isArray(old)) return [member, value];
    return [
      member,
      [...value, ...old.filter((item) => !value.some((other) => isDeepStrictEqual(item, other)))],
    ];
  });
  return Object.fromEntries(kept);
}

function changesSomething(edit: Edit): boolean {
  if (edit.kind === 'file') {
    return !(edit.before === undefined ? edit.after === undefined : edit.after?.equals(edit.before));
  }
  if (edit.kind === 'keychain') {
    return edit.before === undefined ? edit.after !== undefined : !edit.before.equals(edit.after);
  }
  return !isDeepStrictEqual(edit.before, edit.after);
}
