import type { Draft } from '../../changes/draft.ts';
import type { Secret } from '../../secret.ts';
import type { StorageId } from '../profiles.ts';

/** Where a profile keeps its keys. */
export interface Storage {
  readonly id: StorageId;
  /** What a person calls it. */
  readonly title: string;
  /** The place of an account's key, as an edit names it: a file's path or a keychain account. */
  placeOf(account: Account): string;
  /** Why nothing can be stored there now; `undefined` when it can. */
  probe(): Promise<StorageProblem | undefined>;
  read(account: Account): Promise<Secret | undefined>;
  planWrite(draft: Draft, account: Account, secret: Secret): Promise<void>;
  planRemoval(draft: Draft, account: Account): Promise<void>;
}

export interface StorageProblem {
  /** There is no such storage on this machine, rather than one that does not work now. */
  readonly absent: boolean;
  readonly message: string;
  readonly hints: readonly string[];
}

/** One key of a profile. */
export interface Account {
  readonly profile: string;
  /**
   * Nothing for the profile's own key, `@ORG` for another organisation's; during a rotation `.pending` for the new key
   * and `.retired` for the old one.
   */
  readonly variant: '' | '.pending' | '.retired' | `@${string}`;
}

/** The account of a key that is put aside. The id is the service's own, and part of a file's name where keys are files. */
export function organisationAccount(profile: string, organisation: string): Account {
  return { profile, variant: `@${encodeURIComponent(organisation)}` };
}
