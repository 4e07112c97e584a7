import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { type Choice, cancelled, type OnEscape, type Questions, type Tick, WentBack } from './questions.ts';
import type { StandardStreams } from './streams.ts';

/** Questions as lines that are written once and answered by a line: numbered choices, nothing is redrawn. */
export class PlainQuestions implements Questions {
  readonly #streams: StandardStreams;
  readonly #onEscape: OnEscape;

  constructor(streams: StandardStreams, onEscape: OnEscape) {
    this.#streams = streams;
    this.#onEscape = onEscape;
  }

  async confirm(question: string): Promise<boolean> {
    for (;;) {
      const answer = await this.#line(`${question} (y or n, Enter for no${this.#wayBack}): `);
      if (/^y(es)?$/i.test(answer)) return true;
      if (/^(no?)?$/i.test(answer)) return false;
      this.#say('Please answer with y or n.');
    }
  }

  async secret(question: string): Promise<string> {
    this.#write(`${question} (it is not shown${this.#wayBack}): `);
    const answer = await this.#hiddenLine();
    this.#write('\n');
    return this.#unlessBack(answer);
  }

  async choose<T>(question: string, choices: readonly Choice<T>[]): Promise<T> {
    this.#say(question);
    for (const [index, choice] of choices.entries()) this.#say(`  ${index + 1}. ${described(choice)}`);
    for (;;) {
      const answer = await this.#line(`Number, 1 to ${choices.length}${this.#wayBack}: `);
      const chosen = choices[Number(answer) - 1];
      if (chosen) return chosen.value;
      this.#say('There is no such number.');
    }
  }

  async tick<T>(question: string, choices: readonly Tick<T>[]): Promise<T[]> {
    const ticked = new Set(choices.filter((choice) => choice.ticked));
    for (;;) {
      this.#say(question);
      for (const [index, choice] of choices.entries())
        this.#say(`  ${index + 1}. ${ticked.has(choice) ? 'yes' : 'no '}  ${described(choice)}`);
      const answer = await this.#line(`Numbers to change, or Enter to go on${this.#wayBack}: `);
      if (answer === '') return choices.filter((choice) => ticked.has(choice)).map(({ value }) => value);
      for (const word of answer.split(/[\s,]+/)) {
        const choice = choices[Number(word) - 1];
        if (choice === undefined) this.#say(`There is no number ${word}.`);
        else if (!ticked.delete(choice)) ticked.add(choice);
      }
    }
  }

  get #wayBack(): string {
    return this.#onEscape === 'go-back' ? ', b to go back' : '';
  }

  async #line(question: string): Promise<string> {
    this.#write(question);
    // The terminal itself echoes what is typed and lets it be mended.
    const answer = await this.#firstLine(createInterface({ input: this.#streams.stdin, terminal: false }));
    return this.#unlessBack(answer.trim());
  }

  /** Read key by key, so that none of them is echoed. */
  #hiddenLine(): Promise<string> {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    return this.#firstLine(
      createInterface({ input: this.#streams.stdin, output: nowhere, terminal: true, historySize: 0 }),
    );
  }

  async #firstLine(lines: Interface): Promise<string> {
    let stop: (() => void) | undefined;
    try {
      return await new Promise((resolve, reject) => {
        stop = () => reject(cancelled());
        this.#streams.once('SIGINT', stop);
        lines.once('line', resolve).once('SIGINT', stop).once('close', stop);
      });
    } finally {
      if (stop) this.#streams.off('SIGINT', stop);
      lines.close();
    }
  }

  #unlessBack(answer: string): string {
    if (answer === 'b' && this.#onEscape === 'go-back') throw new WentBack();
    return answer;
  }

  #say(line: string): void {
    this.#write(`${line}\n`);
  }

  #write(text: string): void {
    this.#streams.stderr.write(text);
  }
}

function described({ label, detail }: Choice<unknown>): string {
  return detail === undefined ? label : `${label}: ${detail}`;
}
