import type { Draft } from '../../changes/draft.ts';
import type { Secret } from '../../secret.ts';
import { type Keychain, keychainError } from '../../system/keychain.ts';
import type { Account, Storage, StorageProblem } from './storage.ts';

/** The operating system's keychain: service `megallm`, one account for each key. */
export class KeychainStorage implements Storage {
  readonly id = 'keychain';
  readonly title = 'the keychain';
  readonly #keychain: Keychain;

  constructor(keychain: Keychain) {
    this.#keychain = keychain;
  }

  placeOf({ profile, variant }: Account): string {
    return `${profile}${variant}`;
  }

  async probe(): Promise<StorageProblem | undefined> {
    return this.#keychain.probe();
  }

  async read(account: Account): Promise<Secret | undefined> {
    return this.#keychain.read(this.placeOf(account));
  }

  async planWrite(draft: Draft, account: Account, secret: Secret): Promise<void> {
    const unfit = this.#keychain.unfit(secret);
    if (unfit) throw keychainError(unfit);
    draft.writeKeychain(this.placeOf(account), await this.read(account), secret);
  }

  async planRemoval(draft: Draft, account: Account): Promise<void> {
    draft.writeKeychain(this.placeOf(account), await this.read(account), undefined);
  }
}
