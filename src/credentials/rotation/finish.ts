import type { Change } from '../../changes/changes.ts';
import type { RotationRecord } from './record.ts';
import { type RotationState, type RotationTools, step } from './state.ts';
import { planForgetRotation } from './unfinished.ts';

/** Forgets a rotation, in steps that each leave the next run enough to tell that nothing else is left to do. */
export async function finish(
  tools: RotationTools,
  { profile, storage }: RotationState,
  record: RotationRecord,
): Promise<Change> {
  const done: RotationRecord = { ...record, done: true };
  if (!record.done) await step(tools, profile, record, async () => done);
  await step(tools, profile, done, async (draft) => {
    await planForgetRotation(draft, profile, storage);
    return done;
  });
  return step(tools, profile, done, async () => undefined);
}
