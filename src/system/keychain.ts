import { MegallmError } from '../errors.ts';
import { Secret } from '../secret.ts';
import type { Answer, Request } from './keychain-messages.ts';
import { type KeychainProblem, problemFrom, problems, tooLong } from './keychain-problems.ts';
import {
  type Asked,
  type KeychainProcess,
  type KeychainProgram,
  startKeychainProcess,
} from './keychain-process.ts';

/** A secret store of the operating system, by account name. Every call has a deadline; failures are MegallmErrors. */
export interface Keychain {
  /** Why it would never take this secret, however it is; `undefined` when it would. */
  unfit(secret: Secret): KeychainProblem | undefined;
  /** Stores, reads and removes something of its own; the problem that kept it from doing so. */
  probe(): Promise<KeychainProblem | undefined>;
  read(account: string): Promise<Secret | undefined>;
  /** Reads back what it wrote. What is unfit is refused before anything is stored. */
  write(account: string, secret: Secret): Promise<void>;
  /** Makes sure that it is gone. */
  remove(account: string): Promise<void>;
}

/** CRED_MAX_CREDENTIAL_BLOB_SIZE of wincred.h, 5 × 512 bytes, in UTF-16. */
const windowsLimit = 1_280;

/** In ms. Without a person nobody unlocks anything; with one, unlocking takes its time. */
const deadlines = { unattended: 3_000, attended: 60_000, alive: 1_500 };

export interface KeychainSetting extends KeychainProgram {
  readonly platform: NodeJS.Platform;
  /** Whether a person is there to unlock it. */
  attended(): boolean;
  /** One that was started already takes the first call. */
  readonly ahead?: KeychainProcess | undefined;
}

/** macOS Keychain, Secret Service or Windows Credential Manager, each call in a process that can be killed. */
export class SystemKeychain implements Keychain {
  readonly #setting: KeychainSetting;
  #ahead: KeychainProcess | undefined;

  constructor(setting: KeychainSetting) {
    this.#setting = setting;
    this.#ahead = setting.ahead;
  }

  unfit(secret: Secret): KeychainProblem | undefined {
    const isLong = secret.reveal().length > windowsLimit;
    return isLong && this.#setting.platform === 'win32' ? tooLong(windowsLimit) : undefined;
  }

  async probe(): Promise<KeychainProblem | undefined> {
    const value = throwAwayAccount();
    const answer = await this.#call({ call: 'probe', account: value, value });
    if ('problem' in answer) return answer.problem;
    return answer.value === value ? undefined : problems.forgetful;
  }

  async read(account: string): Promise<Secret | undefined> {
    const value = await this.#valueOf({ call: 'read', account });
    return value === null ? undefined : new Secret(value);
  }

  async write(account: string, secret: Secret): Promise<void> {
    const unfit = this.unfit(secret);
    if (unfit) throw keychainError(unfit);
    const value = await this.#valueOf({ call: 'write', account, value: secret.reveal() });
    if (value !== secret.reveal()) throw keychainError(problems.forgetful);
  }

  async remove(account: string): Promise<void> {
    const value = await this.#valueOf({ call: 'remove', account });
    if (value !== null) throw keychainError(problems.forgetful);
  }

  async #valueOf(request: Request): Promise<string | null> {
    const answer = await this.#call(request);
    if ('problem' in answer) throw keychainError(answer.problem);
    return answer.value;
  }

  async #call(request: Request): Promise<{ value: string | null } | { problem: KeychainProblem }> {
    const asked = await this.#ask(request);
    try {
      const outcome = await this.#outcomeOf(asked);
      if (typeof outcome === 'string') return { problem: problems[outcome] };
      return outcome.kind === 'value' ? { value: outcome.value } : { problem: problemFrom(outcome) };
    } finally {
      asked.end();
    }
  }

  async #ask(request: Request): Promise<Asked> {
    const waiting = this.#ahead ?? (await startKeychainProcess(this.#setting));
    this.#ahead = undefined;
    return waiting.ask(request);
  }

  /** A service that is silent and still answers another question waits for a person; one that does not is frozen. */
  async #outcomeOf({ answer }: Asked): Promise<Answer | 'crashed' | 'frozen' | 'waiting'> {
    const first = await within(deadlines.unattended, answer);
    if (first !== 'timeout') return first;
    const isAlive = await this.#isAlive();
    const last = await within(isAlive && this.#setting.attended() ? deadlines.attended : 0, answer);
    if (last !== 'timeout') return last;
    return isAlive ? 'waiting' : 'frozen';
  }

  async #isAlive(): Promise<boolean> {
    const asked = await this.#ask({ call: 'read', account: throwAwayAccount() });
    try {
      const outcome = await within(deadlines.alive, asked.answer);
      return typeof outcome === 'object' && outcome.kind === 'value';
    } finally {
      asked.end();
    }
  }
}

async function within<T>(ms: number, result: Promise<T>): Promise<T | 'timeout'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(resolve, ms, 'timeout');
  });
  return Promise.race([result, timeout]).finally(() => clearTimeout(timer));
}

/** The error of a command that needed the keychain. */
export function keychainError({ message, hints }: KeychainProblem): MegallmError {
  return new MegallmError('failed', message, hints);
}

/** An account that nobody has: it need not be secret, only not taken. */
function throwAwayAccount(): string {
  return `probe-${process.pid}-${Date.now()}`;
}
