/** How far a rotation has come, as far as the keys in storage do not tell; no key. */
export interface RotationRecord {
  /** Stands in the name of every key that this rotation makes, and in no other: so is one found whose answer was lost. */
  readonly token: string;
  /** SHA-256 of the keys that give way. */
  readonly replaces: readonly string[];
  /** The service's id of the old key, where it is known beyond doubt. */
  readonly oldId?: string;
  /** The new key: its SHA-256 and its id, once it is stored. */
  readonly to?: string;
  readonly toId?: string;
  /** How long the old key stays, as the user wrote it: it is not revoked then. */
  readonly grace?: string;
  /** Nothing is left to do but to forget it. */
  readonly done?: true;
}
