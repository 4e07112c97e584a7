import type { MegallmError } from '../errors.ts';
import type { Variables } from '../system/machine.ts';
import type { Choice, OnEscape, Questions, Tick } from './questions.ts';
import { columnsOf, isTerminal, type StandardStreams } from './streams.ts';
import { themeFor } from './theme.ts';

export interface PromptOptions {
  readonly streams: StandardStreams;
  readonly env: Variables;
  /** `--yes`. */
  readonly yes: boolean;
  readonly noColor: boolean;
  /** `--plain` or `MEGALLM_PLAIN`: lines that are written once, for screen readers. */
  readonly plain: boolean;
  readonly onEscape?: OnEscape;
}

/** Questions to the person at the terminal, on stderr. Without one, each throws an error that names the flag to use. */
export class Prompts {
  readonly #options: PromptOptions;
  #questions: Promise<Questions> | undefined;

  constructor(options: PromptOptions) {
    this.#options = options;
  }

  /** Somebody is there: standard input and standard error are both terminals. */
  get interactive(): boolean {
    const { streams } = this.#options;
    return isTerminal(streams, 'stdin') && isTerminal(streams, 'stderr');
  }

  /** The same questions, which Esc answers with `WentBack`: for a series of them. */
  inSeries(): Prompts {
    return new Prompts({ ...this.#options, onEscape: 'go-back' });
  }

  /** A question that `--yes` answers; `refusal` is thrown when nobody can be asked. */
  async agree(question: string, refusal: () => MegallmError): Promise<boolean> {
    return this.#options.yes || this.confirm(question, refusal);
  }

  /** A question that only a person answers, or a flag of its own. */
  async confirm(question: string, refusal: () => MegallmError): Promise<boolean> {
    return (await this.#asked(refusal)).confirm(question);
  }

  /** A text that is not shown while it is typed. */
  async secret(question: string, refusal: () => MegallmError): Promise<string> {
    return (await this.#asked(refusal)).secret(question);
  }

  /** One of several. */
  async choose<T>(question: string, choices: readonly Choice<T>[], refusal: () => MegallmError): Promise<T> {
    return (await this.#asked(refusal)).choose(question, choices);
  }

  /** Any number of several. */
  async tick<T>(question: string, choices: readonly Tick<T>[], refusal: () => MegallmError): Promise<T[]> {
    return (await this.#asked(refusal)).tick(question, choices);
  }

  #asked(refusal: () => MegallmError): Promise<Questions> {
    if (!this.interactive) throw refusal();
    this.#questions ??= openQuestions(this.#options);
    return this.#questions;
  }
}

async function openQuestions({
  streams,
  env,
  noColor,
  plain,
  onEscape = 'stay',
}: PromptOptions): Promise<Questions> {
  if (plain) {
    const { PlainQuestions } = await import('./plain-questions.ts');
    return new PlainQuestions(streams, onEscape);
  }
  const theme = await themeFor({ isTTY: true, columns: columnsOf(streams, 'stderr') }, env, noColor);
  const { DrawnQuestions } = await import('./drawn-questions.ts');
  return new DrawnQuestions(streams, theme, onEscape);
}
