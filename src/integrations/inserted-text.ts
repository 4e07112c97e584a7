import type { Insertions } from '../credentials/profiles.ts';

/** Text that is only added to: without what was added it is as it was. One character stands for one byte (latin1). */
export class InsertedText {
  #text: string;
  readonly #spans: { start: number; length: number }[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  /** Offset and length of all that was added, in order. */
  get spans(): Insertions['spans'] {
    return this.#spans.map(({ start, length }) => [start, length] as const);
  }

  insert(at: number, addition: string): void {
    if (addition === '') return;
    this.#text = this.#text.slice(0, at) + addition + this.#text.slice(at);
    let isPartOfAnother = false;
    for (const span of this.#spans) {
      if (at > span.start && at <= span.start + span.length) {
        span.length += addition.length;
        isPartOfAnother = true;
      } else if (at <= span.start) span.start += addition.length;
    }
    if (isPartOfAnother) return;
    this.#spans.push({ start: at, length: addition.length });
    this.#spans.sort((left, right) => left.start - right.start);
  }
}

/** The text without those spans. */
export function withoutSpans(text: string, spans: Insertions['spans']): string {
  let rest = '';
  let position = 0;
  for (const [start, length] of spans) {
    rest += text.slice(position, start);
    position = start + length;
  }
  return rest + text.slice(position);
}

/** Text for a file that is held with one character for each byte. */
export function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}
