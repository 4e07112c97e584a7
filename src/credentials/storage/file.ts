import { join } from 'node:path';
import type { Draft } from '../../changes/draft.ts';
import type { Secret } from '../../secret.ts';
import { readText } from '../../system/files.ts';
import { tryParseKey } from '../key.ts';
import type { Profiles } from '../profiles.ts';
import type { Account, Storage } from './storage.ts';

/** Plain text in a file that only its owner can read: for machines without a keychain, on request alone. */
export class FileStorage implements Storage {
  readonly id = 'file';
  readonly title = 'a plain-text file';
  readonly #profiles: Profiles;

  constructor(profiles: Profiles) {
    this.#profiles = profiles;
  }

  async probe(): Promise<undefined> {
    return undefined;
  }

  async read(account: Account): Promise<Secret | undefined> {
    return tryParseKey(readText(this.placeOf(account)) ?? '');
  }

  async planWrite(draft: Draft, account: Account, secret: Secret): Promise<void> {
    draft.write(this.placeOf(account), Buffer.from(`${secret.reveal()}\n`));
  }

  async planRemoval(draft: Draft, account: Account): Promise<void> {
    draft.remove(this.placeOf(account));
  }

  placeOf({ profile, variant }: Account): string {
    return join(this.#profiles.folderOf(profile), `credentials${variant}`);
  }
}
