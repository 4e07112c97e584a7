import { changedPlaces } from '../change-report.ts';
import { drawDiff } from '../changes/diff.ts';
import type { Plan } from '../changes/plan.ts';
import { consentOf } from '../consent.ts';
import type { Context } from '../context.ts';
import { MegallmError } from '../errors.ts';
import { cancelled, WentBack } from '../terminal/questions.ts';
import type { Line } from '../terminal/theme.ts';
import { fillFor, prepareTask, type Task } from './carry-out.ts';
import type { KeyInHand, KeyWish } from './key-in-hand.ts';
import { askForKey } from './key-step.ts';
import { type Step, takeSteps } from './steps.ts';
import { describeSystem } from './system-line.ts';
import { findBackends, findTools, type Target } from './targets.ts';
import type { SetupWish } from './wish.ts';

/** What a person has chosen, seen and confirmed. */
export interface Confirmed {
  readonly task: Task;
  /** `undefined` where there was nothing to change, and so nothing to look at. */
  readonly reviewed: Plan | undefined;
}

/** Asks a person at the terminal about everything. But for a key that is made by signing in, nothing is changed. */
export async function askEverything(context: Context, wish: SetupWish, keyWish: KeyWish): Promise<Confirmed> {
  const asking = { ...context, prompts: context.prompts.inSeries() };
  let hand: KeyInHand | undefined;
  let chosen: readonly string[] | undefined;
  let task: Task | undefined;
  let reviewed: Plan | undefined;
  await context.output.say([
    { label: 'MegaLLM setup', detail: describeSystem(context.machine) },
    { label: '' },
  ]);
  const steps: Step[] = [
    async () => {
      const taken = await askForKey(asking, keyWish, hand);
      hand = taken.hand;
      return taken.outcome;
    },
    async () => {
      if (hand === undefined) throw cancelled();
      const targets = (
        await Promise.all([findBackends(asking, hand, wish), findTools(asking, hand, wish)])
      ).flat();
      const choices = targets.map((target) => ({
        value: target,
        label: target.title,
        detail: target.obstacle ?? target.detail,
        ticked: chosen ? chosen.includes(target.id) : target.usual && !target.obstacle,
      }));
      const ticked: readonly Target[] = await asking.prompts.tick('What should use it?', choices, cancelled);
      chosen = ticked.map(({ id }) => id);
      task = await orBack(asking, prepareTask(asking, hand, ticked, wish, consentOf(asking)));
      return 'asked';
    },
    async () => {
      if (task === undefined) throw cancelled();
      const changes = await context.changes();
      reviewed = await changes.preview(fillFor(context, task));
      if (reviewed.edits.length === 0) return 'nothing to ask';
      await review(asking, reviewed);
      return 'asked';
    },
  ];
  try {
    await takeSteps(steps);
  } catch (error) {
    throw hand?.isNew && isCancelled(error) ? keyStays(hand.profile) : error;
  }
  if (task === undefined) throw cancelled();
  return { task, reviewed };
}

function isCancelled(error: unknown): boolean {
  return error instanceof MegallmError && error.code === 'cancelled';
}

function keyStays(profile: string): MegallmError {
  return new MegallmError('cancelled', `Cancelled; your new key stays stored in profile ${profile}.`, [
    'megallm setup   (to go on from there)',
    'megallm logout   (to revoke it)',
  ]);
}

/** A choice that turns out to be impossible is told, and made again. */
async function orBack<T>({ output }: Context, preparing: Promise<T>): Promise<T> {
  try {
    return await preparing;
  } catch (error) {
    if (!(error instanceof MegallmError) || error.code === 'cancelled') throw error;
    await output.warn({ label: error.message, next: error.hints });
    throw new WentBack();
  }
}

async function review({ machine, output, prompts }: Context, plan: Plan): Promise<void> {
  await output.say([
    { label: '' },
    { label: 'Review' },
    ...changedPlaces(plan, machine.home).map(withoutMark),
  ]);
  for (;;) {
    const answer = await prompts.choose(
      'Apply these changes?',
      [
        { value: 'yes', label: 'Yes' },
        { value: 'no', label: 'No' },
        { value: 'diff', label: 'Show the diff' },
      ] as const,
      cancelled,
    );
    if (answer === 'yes') return;
    if (answer === 'no') throw cancelled();
    await output.say(
      drawDiff(plan)
        .trimEnd()
        .split('\n')
        .map((label) => ({ label })),
    );
  }
}

function withoutMark({ mark: _, ...line }: Line): Line {
  return { ...line, label: `  ${line.label}` };
}
