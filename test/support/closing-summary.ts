import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite } from 'vitest/node';
import type { TrustCounts } from '../trust/tally.ts';
import type { SkippedGroup, Summary } from './closing-lines.mjs';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a group is skipped, for the closing summary. */
    skipReason?: string;
  }
}

/** Vitest's reporter for `npm test`: hands the counts to the process that started vitest, test/run.mjs. */
export default class ClosingSummary implements Reporter {
  async onTestRunEnd(
    modules: readonly TestModule[],
    strayErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void> {
    const summary = summarize(modules, strayErrors.length + (reason === 'interrupted' ? 1 : 0));
    await new Promise<void>((resolve) => {
      if (process.send) process.send(summary, undefined, undefined, () => resolve());
      else resolve();
    });
  }
}

function summarize(modules: readonly TestModule[], strayErrors: number): Summary {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const skipped = tests.filter((test) => test.result().state === 'skipped');
  const passed = tests.filter((test) => test.result().state === 'passed').length;
  const containers = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const broken = containers.filter((container) => container.errors().length > 0).length;
  return {
    passed,
    // A test without a result, since its process died, is one that failed.
    failed: tests.length - passed - skipped.length + broken + strayErrors,
    skipped: skipped.length,
    skippedGroups: groupSkipped(skipped),
    trust: familiesOf(tests),
  };
}

function groupSkipped(tests: readonly TestCase[]): SkippedGroup[] {
  const groups = new Map<string, { title: string; reason: string; tests: number }>();
  for (const test of tests) {
    const { title, reason } = groupOf(test);
    const group = groups.get(`${title}\n${reason}`) ?? { title, reason, tests: 0 };
    groups.set(`${title}\n${reason}`, group);
    group.tests += 1;
  }
  return [...groups.values()];
}

/** The counts of the trust tests, by family; a test that failed is a loss. */
function familiesOf(tests: readonly TestCase[]): NonNullable<Summary['trust']> {
  const families = new Map<string, TrustCounts & { failed: number }>();
  for (const test of tests) {
    const { trust } = test.meta();
    if (trust === undefined) continue;
    const known = families.get(trust.family) ?? {
      family: trust.family,
      cases: 0,
      faults: 0,
      refused: 0,
      failed: 0,
    };
    families.set(trust.family, {
      family: trust.family,
      cases: known.cases + trust.cases,
      faults: known.faults + trust.faults,
      refused: known.refused + trust.refused,
      failed: known.failed + (test.result().state === 'failed' ? 1 : 0),
    });
  }
  return [...families.values()].sort((left, right) => left.family.localeCompare(right.family));
}

/** The outermost suite that was skipped; without one, the test for itself or, when it gives no reason, its file. */
function groupOf(test: TestCase): { title: string; reason: string } {
  const file = test.module.relativeModuleId;
  const suite = ancestors(test).findLast((ancestor) => ancestor.options.mode === 'skip');
  const reason = suite?.meta().skipReason ?? noteOf(test);
  if (reason === undefined) return { title: file, reason: 'no reason given' };
  return { title: `${file} › ${suite?.fullName ?? test.fullName}`, reason };
}

/** From the inside out. */
function ancestors(test: TestCase): TestSuite[] {
  const found: TestSuite[] = [];
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) found.push(parent);
  return found;
}

function noteOf(test: TestCase): string | undefined {
  const result = test.result();
  return result.state === 'skipped' ? result.note : undefined;
}
