import type { BinaryLike } from 'node:crypto';
import { createRequire } from 'node:module';

/**
 * A value that must not be shown. Every way of turning it into text by accident gives the mask;
 * `reveal` is the one deliberate way, so that a search for it lists every place that handles the plain value.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** SHA-256, in hexadecimal: tells keys apart without holding them. */
  get fingerprint(): string {
    return sha256(this.#value);
  }

  equals(other: Secret | undefined): boolean {
    return other?.reveal() === this.#value;
  }

  toString(): string {
    return mask(this.#value);
  }

  toJSON(): string {
    return mask(this.#value);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mask(this.#value);
  }
}

/** First 12 characters, an ellipsis, the last 4; of what is too short to be a key only the beginning. */
function mask(value: string): string {
  if (value.length >= 20) return `${value.slice(0, 12)}…${value.slice(-4)}`;
  return `${value.slice(0, Math.floor(value.length / 4))}…`;
}

/** A key is printable ASCII without spaces and quotes, so it ends there wherever it stands in other text. */
const keyInText = /sk-mega-[!#-&(-_a-~]{12,}/g;

/** `text` with everything that looks like a MegaLLM key masked: the last line of defence of all that is shown. */
export function maskKeys(text: string): string {
  return text.replace(keyInText, mask);
}

/** SHA-256 in hexadecimal. OpenSSL is loaded at the first use: that takes a tenth of a command that needs none. */
export function sha256(data: BinaryLike): string {
  const { createHash }: typeof import('node:crypto') = createRequire(import.meta.url)('node:crypto');
  return createHash('sha256').update(data).digest('hex');
}
