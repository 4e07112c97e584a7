import type { Secret } from '../secret.ts';

/** What megallm will do to the machine: made by backends and integrations, carried out by `apply` alone. */
export interface Plan {
  readonly edits: readonly Edit[];
}

export type Edit = FileEdit | ModeEdit | RecordEdit | KeychainEdit | UserVariableEdit;

/** A file created, changed or removed, as bytes. `undefined` bytes: the file is not there. */
export interface FileEdit {
  readonly kind: 'file';
  /** Absolute; symbolic links are followed when the edit is carried out. */
  readonly path: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
  /** Permission bits of the file when it is created; an existing file keeps its own. */
  readonly mode: number;
  /** Folders that creating the file makes, outermost first; removing it removes those of them that are empty. */
  readonly folders: readonly string[];
  /**
   * The folder with a copy of megallm that the file is a part of. It is shown as one place, and stays when the change is
   * undone: other tools may use the copy by then.
   */
  readonly partOf?: string;
}

/** The permission bits of a file or folder that is there. */
export interface ModeEdit {
  readonly kind: 'mode';
  /** Absolute, and no symbolic link: that has no permissions of its own. */
  readonly path: string;
  readonly before: number;
  readonly after: number;
}

/**
 * One of megallm's own state files, edited by member: what another change did to other members in the meantime stays,
 * now and at `undo`. Lists of objects and strings are merged as sets.
 */
export interface RecordEdit {
  readonly kind: 'record';
  readonly path: string;
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
  /** Removing it removes those of them that are empty then. */
  readonly folders?: readonly string[];
}

export interface KeychainEdit {
  readonly kind: 'keychain';
  readonly account: string;
  readonly before: Secret | undefined;
  readonly after: Secret | undefined;
}

/** A variable of the Windows user environment (`HKCU\Environment`). */
export interface UserVariableEdit {
  readonly kind: 'user-variable';
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json | undefined;
}
