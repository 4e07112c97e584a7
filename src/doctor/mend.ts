import type { Changes, Fill } from '../changes/changes.ts';
import { Draft } from '../changes/draft.ts';
import type { Plan } from '../changes/plan.ts';
import { MegallmError } from '../errors.ts';
import type { CheckResult } from './check.ts';
import type { Finding } from './run.ts';

/** What `doctor --fix` is going to do, before anybody has agreed to it. */
export interface Mending {
  readonly plan: Plan;
  /** The same plan, made again by whoever carries it out. */
  readonly fill: Fill;
}

/** One plan of all that can be mended without a person; `undefined` where there is nothing. */
export async function planMending(
  findings: readonly Finding[],
  changes: Changes,
): Promise<Mending | undefined> {
  const mends = findings.flatMap(({ mend }) => mend ?? []);
  const fill: Fill = async (draft) => {
    for (const mend of mends) await mend(draft);
  };
  return mends.length === 0 ? undefined : { plan: await changes.preview(fill), fill };
}

/** The result without a mend that is not needed, cannot be done after all or would change nothing. */
export async function withTrueMend(result: CheckResult): Promise<CheckResult> {
  const { mend, ...rest } = result;
  if (mend === undefined) return result;
  const isAilment = result.status === 'fail' || result.status === 'warn';
  return isAilment && (await changesSomething(mend)) ? result : rest;
}

async function changesSomething(mend: Fill): Promise<boolean> {
  const draft = new Draft();
  try {
    await mend(draft);
  } catch (error) {
    if (error instanceof MegallmError) return false;
    throw error;
  }
  return draft.plan().edits.length > 0;
}
