import { sha256 } from '../../secret.ts';

/** As much of a text as can be a key. */
const token = /^sk-mega-[!#-&(-_a-~]{12,}/;

/**
 * Tells which key a text begins with, by fingerprints alone, so that past keys are known too. What follows a key in a shell,
 * in JSON or in prose may look like a part of it: each plausible end is tried.
 */
export function identifyBy(isOurs: (fingerprint: string) => boolean): (text: string) => string | undefined {
  return (text) => {
    const whole = token.exec(text)?.[0];
    if (whole === undefined) return undefined;
    const ends = [
      whole,
      /^[\w-]+/.exec(whole)?.[0] ?? '',
      whole.split(/\\|%[0-9A-F]{2}|&/)[0] ?? '',
      whole.replace(/[^\w-]+$/, ''),
    ];
    return [...new Set(ends)].map(sha256).find(isOurs);
  };
}
