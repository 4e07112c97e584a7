import { MegallmError } from '../errors.ts';
import { isTerminal, type StandardStreams } from './streams.ts';

export interface PromptOptions {
  readonly streams: StandardStreams;
  /** `--yes`. */
  readonly yes: boolean;
}

/** Questions to the person at the terminal, on stderr. Without one, each throws an error that names the flag to use. */
export class Prompts {
  readonly #options: PromptOptions;

  constructor(options: PromptOptions) {
    this.#options = options;
  }

  /** Somebody is there: standard input and standard error are both terminals. */
  get interactive(): boolean {
    const { streams } = this.#options;
    return isTerminal(streams, 'stdin') && isTerminal(streams, 'stderr');
  }

  /** A question that `--yes` answers; `refusal` is thrown when nobody can be asked. */
  async agree(question: string, refusal: () => MegallmError): Promise<boolean> {
    return this.#options.yes || this.confirm(question, refusal);
  }

  /** A question that only a person answers, or a flag of its own. */
  async confirm(question: string, refusal: () => MegallmError): Promise<boolean> {
    if (!this.interactive) throw refusal();
    const { confirm } = await import('@inquirer/prompts');
    return answered(confirm({ message: question, default: false }, { output: this.#options.streams.stderr }));
  }

  /** A text that is not shown while it is typed. */
  async secret(question: string, refusal: () => MegallmError): Promise<string> {
    if (!this.interactive) throw refusal();
    const { password } = await import('@inquirer/prompts');
    return answered(password({ message: question, mask: '*' }, { output: this.#options.streams.stderr }));
  }
}

/** Ctrl-C and a closed terminal unwind as an error, so that no caller has to test for them. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && /ExitPromptError|AbortPromptError|CancelPromptError/.test(error.name)) {
      throw new MegallmError('cancelled', 'Cancelled; nothing was changed.');
    }
    throw error;
  }
}
