import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeTextFor } from '../../../src/api/safe-text.ts';
import { Secret } from '../../../src/secret.ts';

const tail = '0123456789abcdef'.repeat(4);
const value = `sk-mega-${tail}`;
const key = new Secret(value);
const mask = `${key}`;
const safe = safeTextFor(key);

describe('a text of the server', () => {
  it.each([
    ['the key', value, mask],
    ['the key in a sentence', `Key "${value}" is bad`, `Key "${mask}" is bad`],
    ['several times', `${value},${value}`, `${mask},${mask}`],
    ['without its beginning', `ends in ${tail}.`, `ends in ${mask}.`],
    ['in capitals', tail.toUpperCase(), mask],
    ['as Bearer', `Bearer ${value}`, `Bearer ${mask}`],
    ['in base64', `x ${Buffer.from(value).toString('base64')} x`, undefined],
    ['in base64 within more', Buffer.from(`user:${value}:end`).toString('base64'), undefined],
    ['in base64 with another beginning', Buffer.from(`us:${value}`).toString('base64'), undefined],
    ['with an escape sequence within', `${value.slice(0, 20)}\u001B[0m${value.slice(20)}`, mask],
    ['with an invisible character within', `${value.slice(0, 20)}\u200B${value.slice(20)}`, mask],
    ['another key', `sk-mega-${'f'.repeat(64)}`, 'sk-mega-ffff…ffff'],
  ])('hides %s', (_, text, expected) => {
    const shown = safe(text);
    if (expected !== undefined) expect(shown).toBe(expected);
    else expect(shown).toContain(mask);
    expect(decoded(shown)).not.toContain(tail.slice(0, 16));
  });

  it('hides a key with characters that URLs and base64url write otherwise', () => {
    const odd = new Secret('sk-mega-a/b+c?d&e=f{g}|h>~~?~~?');
    const show = safeTextFor(odd);
    for (const form of [
      encodeURIComponent(odd.reveal()),
      encodeURIComponent(odd.reveal()).toLowerCase(),
      Buffer.from(`a:${odd.reveal()}`).toString('base64url'),
    ]) {
      expect(show(`<${form}>`)).toContain(`${odd}`);
    }
  });

  it('is the same without the key where nobody sent one', () => {
    expect(safeTextFor(undefined)('all well')).toBe('all well');
    expect(safeTextFor(undefined)(value)).toBe(mask);
  });

  it.each([
    ['\u001B[31mred\u001B[0m', 'red'],
    ['\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007', 'link'],
    ['\u001B]0;title\u001B\\text', 'text'],
    ['one\r\ntwo\tthree', 'one two three'],
    ['\u0007\u0000bell\u009B', 'bell'],
    ['right\u202Eleft', 'rightleft'],
    ['lone \uD800 surrogate', 'lone  surrogate'],
    ['  spaces  ', 'spaces'],
    ['Grüße 👋', 'Grüße 👋'],
  ])('%j is shown as %j', (text, expected) => {
    expect(safe(text)).toBe(expected);
  });

  it('is cut', () => {
    expect(safe('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`);
    expect(safe('x'.repeat(300))).toBe('x'.repeat(300));
    expect(safe('👋👋👋', 2)).toBe('👋…');
    expect(safe('👋👋', 2)).toBe('👋👋');
  });

  it('never shows the key or a control character, whatever stands around it', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(value, tail, encodeURIComponent(value), '\u001B[', '\u0000', '\n'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const shown = safe(parts.join(''), 5000);
        expect(shown).not.toContain(tail);
        expect(shown).not.toMatch(/\p{Cc}|\p{Cf}|\p{Cs}/u);
      }),
      { numRuns: 500 },
    );
  });
});

/** With everything in it that could be base64 decoded, at each place where a group could begin. */
function decoded(text: string): string {
  const runs = text.match(/[\w+/-]{8,}/g) ?? [];
  return runs
    .flatMap((run) => [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('latin1')))
    .concat(text)
    .join('\n');
}
