import { MegallmError } from '../errors.ts';
import { Secret } from '../secret.ts';
import type { Answer, Request } from './keychain-messages.ts';
import { type KeychainProblem, problemFrom, problems } from './keychain-problems.ts';

/** A secret store of the operating system, by account name. Every call has a deadline; failures are MegallmErrors. */
export interface Keychain {
  /** Stores, reads and removes something of its own; the problem that kept it from doing so. */
  probe(): Promise<KeychainProblem | undefined>;
  read(account: string): Promise<Secret | undefined>;
  /** Reads back what it wrote. */
  write(account: string, secret: Secret): Promise<void>;
  /** Makes sure that it is gone. */
  remove(account: string): Promise<void>;
}

/** Without a person nobody unlocks anything; with one, unlocking takes its time. */
const deadlines = { unattended: 3_000, attended: 60_000, alive: 1_500 };

/** macOS Keychain, Secret Service or Windows Credential Manager, each call in a process that can be killed. */
export class SystemKeychain implements Keychain {
  readonly #childPath: string;
  readonly #attended: () => boolean;

  /** `childPath`: the built keychain-child.ts. `attended`: whether a person is there to unlock it. */
  constructor(childPath: string, attended: () => boolean) {
    this.#childPath = childPath;
    this.#attended = attended;
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
    const value = await this.#valueOf({ call: 'write', account, value: secret.reveal() });
    if (value !== secret.reveal()) throw toError(problems.forgetful);
  }

  async remove(account: string): Promise<void> {
    const value = await this.#valueOf({ call: 'remove', account });
    if (value !== null) throw toError(problems.forgetful);
  }

  async #valueOf(request: Request): Promise<string | null> {
    const answer = await this.#call(request);
    if ('problem' in answer) throw toError(answer.problem);
    return answer.value;
  }

  async #call(request: Request): Promise<{ value: string | null } | { problem: KeychainProblem }> {
    const outcome = await this.#ask(request, this.#attended() ? deadlines.attended : deadlines.unattended);
    if (outcome === 'timeout') return { problem: await this.#whySilent() };
    if (outcome === 'crashed') return { problem: problems.crashed };
    return outcome.kind === 'value' ? { value: outcome.value } : { problem: problemFrom(outcome) };
  }

  /** A service that still answers about an entry that is not there waits for a person; one that does not is frozen. */
  async #whySilent(): Promise<KeychainProblem> {
    const account = throwAwayAccount();
    const outcome = await this.#ask({ call: 'read', account }, deadlines.alive);
    return outcome === 'timeout' ? problems.frozen : problems.waiting;
  }

  #ask(request: Request, deadlineMs: number): Promise<Answer | 'timeout' | 'crashed'> {
    return askChild(this.#childPath, request, deadlineMs);
  }
}

function toError({ message, hints }: KeychainProblem): MegallmError {
  return new MegallmError('failed', message, hints);
}

/** An account that nobody has: it need not be secret, only not taken. */
function throwAwayAccount(): string {
  return `probe-${process.pid}-${Date.now()}`;
}

async function askChild(
  path: string,
  request: Request,
  deadlineMs: number,
): Promise<Answer | 'timeout' | 'crashed'> {
  const { spawn } = await import('node:child_process');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path], {
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve('timeout');
    }, deadlineMs);
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', () => resolve('crashed'));
    child.on('close', () => {
      clearTimeout(timer);
      resolve(parseAnswer(Buffer.concat(chunks).toString('utf8')));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(request));
  });
}

function parseAnswer(text: string): Answer | 'crashed' {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return 'crashed';
  }
}
