import fc from 'fast-check';
import { patience, scaled, seed } from './scale.ts';

/**
 * Checks something of `count` generated values (at scale 1), many at a time, since a real parser is a process: what
 * fails is cut down to one of them, and the seed stands in the error.
 */
export async function holdsForAll<T>(
  arbitrary: fc.Arbitrary<T>,
  { count, atOnce }: { readonly count: number; readonly atOnce: number },
  check: (values: readonly T[]) => Promise<void>,
): Promise<void> {
  const batches = Math.ceil(scaled(count) / atOnce);
  await fc.assert(
    fc.asyncProperty(fc.array(arbitrary, { minLength: 1, maxLength: atOnce, size: 'max' }), check),
    {
      numRuns: batches * 2,
      // Cutting a failure down must not take the time in which it can be told.
      interruptAfterTimeLimit: patience / 2,
      markInterruptAsFailure: true,
      ...(seed !== undefined && { seed }),
    },
  );
}
