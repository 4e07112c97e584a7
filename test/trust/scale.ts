/**
 * How much the trust tests do: 1 as a part of `npm test`, 10 with `npm run test:trust`, or what TRUST_SCALE says.
 * TRUST_SEED, as fast-check prints it where a property fails, makes every property run as it did then.
 */
export const scale = positive(process.env.TRUST_SCALE) ?? 1;

export const seed = process.env.TRUST_SEED === undefined ? undefined : Number(process.env.TRUST_SEED);

/** In ms, for one test: it ends what hangs, on a machine that is busy too. */
export const patience = 120_000 * Math.max(1, scale);

/** So many of something at the scale of `npm test`. */
export function scaled(count: number): number {
  return Math.max(1, Math.round(count * scale));
}

function positive(text: string | undefined): number | undefined {
  const number = Number(text);
  return number > 0 ? number : undefined;
}
