import { maskKeys, type Secret } from '../secret.ts';

/** A text, made safe to show, cut to `maxLength` characters (by default 300). */
export type SafeText = (text: string, maxLength?: number) => string;

/**
 * Makes what a server said safe to show: without the key in any of the forms in which services echo it (as it is,
 * percent-encoded, in base64, without its `sk-mega-`) nor any other MegaLLM key, without escape sequences and control
 * or invisible characters, on one line, and cut to a sane length.
 */
export function safeTextFor(key: Secret | undefined): SafeText {
  const mask = `${key}`;
  // Made once: a list of 10,000 keys has 60,000 texts.
  const patterns = key === undefined ? [] : echoesOf(key.reveal());
  return (text, maxLength = 300) => {
    // Controls first: an escape sequence inside a key would hide it from the masking and fall out afterwards.
    const plain = withoutControls(text.slice(0, 32_768));
    // The placeholder is a control character, so that the text holds no other, and the mask is not masked again.
    const found = patterns.reduce((rest, pattern) => rest.replace(pattern, placeholder), plain);
    const masked = maskKeys(found).replaceAll(placeholder, () => mask);
    if (masked.length <= maxLength) return masked;
    const characters = [...masked];
    return characters.length <= maxLength ? masked : `${characters.slice(0, maxLength - 1).join('')}…`;
  };
}

const placeholder = '\u0000';

/** CSI and OSC sequences (ECMA-48 section 5.4 and 5.6), then any other two-character escape. */
const escapeSequences =
  /\u001B\[[0-?]*[ -/]*[@-~]|\u001B[\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\)?|\u001B[ -~]?/g;

function withoutControls(text: string): string {
  // Most of it, and quicker: there may be 60,000 texts.
  if (/^[!-~]*(?: [!-~]+)*$/.test(text)) return text;
  return text
    .replace(escapeSequences, '')
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '')
    .trim();
}

function echoesOf(key: string): RegExp[] {
  const tail = key.replace(/^sk-mega-/, '');
  const plain = [key, tail].flatMap((part) => [part, percentEncoded(part)]);
  // Plain forms in any case: hexadecimal digits mean the same in capitals.
  return [anyOf(plain, 'gi'), anyOf(inBase64(key), 'g')];
}

/** Too short a form would mask parts of innocent words. */
function anyOf(forms: readonly string[], flags: string): RegExp {
  const long = [...new Set(forms)].filter((form) => form.length >= 8).sort((a, b) => b.length - a.length);
  return new RegExp(long.map(literally).join('|') || '(?!)', flags);
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The characters that `text` alone decides in base64 (RFC 4648, both alphabets), at each of the three places where it
 * can begin within a group: so it is found inside longer encoded text too, such as that of a Basic header.
 */
function inBase64(text: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    const first = Math.ceil((offset * 8) / 6);
    const core = bytes.toString('base64').slice(first, Math.floor((bytes.length * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
