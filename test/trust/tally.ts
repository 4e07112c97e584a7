import { TestRunner } from 'vitest';

/** What the tests of one family did. */
export interface TrustCounts {
  readonly family: string;
  /** Files edited, runs of megallm, answers of a service: whatever the family looks at one by one. */
  readonly cases: number;
  /** Kills that hit, and faults that megallm met. */
  readonly faults: number;
  /** Cases that ended in a typed error with everything as it was. */
  readonly refused: number;
}

declare module 'vitest' {
  interface TaskMeta {
    /** For the table at the end of `npm test`. */
    trust?: TrustCounts;
  }
}

/** Adds to the counts of the test that runs; the closing summary adds up those of a family. */
export function tally(family: string, more: Partial<Omit<TrustCounts, 'family'>>): void {
  const meta = TestRunner.getCurrentTest()?.meta;
  if (meta === undefined) throw new Error('Nothing can be counted outside of a test.');
  const { cases = 0, faults = 0, refused = 0 } = meta.trust ?? {};
  meta.trust = {
    family,
    cases: cases + (more.cases ?? 0),
    faults: faults + (more.faults ?? 0),
    refused: refused + (more.refused ?? 0),
  };
}
