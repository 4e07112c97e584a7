import { checkbox, confirm, password, select } from '@inquirer/prompts';
import { promptTheme } from './prompt-theme.ts';
import { type Choice, cancelled, type OnEscape, type Questions, type Tick, WentBack } from './questions.ts';
import type { StandardStreams } from './streams.ts';
import type { Theme } from './theme.ts';

/** Below this width a choice stands alone on its line, and its detail below the list while it is the current one. */
const detailsFromColumn = 60;

/** Questions that are redrawn while they are answered, with the arrow keys. */
export class DrawnQuestions implements Questions {
  readonly #streams: StandardStreams;
  readonly #theme: Theme;
  readonly #onEscape: OnEscape;

  constructor(streams: StandardStreams, theme: Theme, onEscape: OnEscape) {
    this.#streams = streams;
    this.#theme = theme;
    this.#onEscape = onEscape;
  }

  confirm(message: string): Promise<boolean> {
    return this.#answered((context) => confirm({ message, default: false, theme: this.#look }, context));
  }

  secret(message: string): Promise<string> {
    return this.#answered((context) =>
      password({ message, mask: '*', toggleMask: false, theme: this.#look }, context),
    );
  }

  choose<T>(message: string, choices: readonly Choice<T>[]): Promise<T> {
    const items = choices.map((choice, _, all) => ({ value: choice.value, ...this.#describe(choice, all) }));
    return this.#answered((context) =>
      select({ message, choices: items, loop: false, theme: this.#look }, context),
    );
  }

  tick<T>(message: string, choices: readonly Tick<T>[]): Promise<T[]> {
    const items = choices.map((choice, _, all) => ({
      value: choice.value,
      checked: choice.ticked,
      ...this.#describe(choice, all),
    }));
    const pageSize = Math.max(7, (this.#streams.stderr.rows || 24) - 6);
    return this.#answered((context) =>
      checkbox({ message, choices: items, loop: false, pageSize, theme: this.#look }, context),
    );
  }

  get #look() {
    return promptTheme(this.#theme, this.#onEscape);
  }

  #describe({ label, detail }: Choice<unknown>, all: readonly Choice<unknown>[]) {
    if (detail === undefined) return { name: label, short: label };
    if ((this.#theme.width ?? 80) < detailsFromColumn)
      return { name: label, short: label, description: detail };
    const column = Math.max(...all.map((other) => other.label.length));
    return { name: `${label.padEnd(column)}  ${detail}`, short: label };
  }

  async #answered<T>(
    ask: (context: { output: NodeJS.WriteStream; signal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const { stdin, stderr } = this.#streams;
    const escaped = new AbortController();
    const listen = (_: string | undefined, key?: { name?: string }) => {
      if (key?.name === 'escape') escaped.abort();
    };
    if (this.#onEscape === 'go-back') stdin.on('keypress', listen);
    try {
      return await ask({ output: stderr, signal: escaped.signal });
    } catch (error) {
      if (escaped.signal.aborted) throw new WentBack();
      if (error instanceof Error && /ExitPromptError|AbortPromptError|CancelPromptError/.test(error.name))
        throw cancelled();
      throw error;
    } finally {
      stdin.off('keypress', listen);
    }
  }
}
