import { MegallmError } from '../../errors.ts';

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time like `30m`, `1h` or `2d`. Throws `usage` for anything else. */
export function parseGrace(text: string): { readonly text: string; readonly milliseconds: number } {
  const match = /^([1-9]\d{0,4})([smhd])$/.exec(text);
  if (match) {
    const [, count, unit] = match;
    return { text, milliseconds: Number(count) * unitMs[unit as keyof typeof unitMs] };
  }
  throw new MegallmError('usage', `${JSON.stringify(text)} is no time.`, 'Use a form like 30m, 1h or 2d.');
}
