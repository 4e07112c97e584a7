import type { Secret } from '../../src/secret.ts';
import { type Keychain, keychainError } from '../../src/system/keychain.ts';
import { type KeychainProblem, tooLong } from '../../src/system/keychain-problems.ts';

/** A keychain in memory, which passes the contract of the real ones. */
export class FakeKeychain implements Keychain {
  readonly entries = new Map<string, Secret>();
  /** What is wrong with it now. */
  problem: KeychainProblem | undefined;
  readonly #limit: number;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  unfit(secret: Secret): KeychainProblem | undefined {
    return secret.reveal().length > this.#limit ? tooLong(this.#limit) : undefined;
  }

  async probe(): Promise<KeychainProblem | undefined> {
    return this.problem;
  }

  async read(account: string): Promise<Secret | undefined> {
    this.#refuseIf(this.problem);
    return this.entries.get(account);
  }

  async write(account: string, secret: Secret): Promise<void> {
    this.#refuseIf(this.unfit(secret) ?? this.problem);
    this.entries.set(account, secret);
  }

  async remove(account: string): Promise<void> {
    this.#refuseIf(this.problem);
    this.entries.delete(account);
  }

  #refuseIf(problem: KeychainProblem | undefined): void {
    if (problem) throw keychainError(problem);
  }
}
