import { expect, it } from 'vitest';
import { type Step, takeSteps } from '../../../src/setup/steps.ts';
import { WentBack } from '../../../src/terminal/questions.ts';

/** Steps by name; at each visit the next of its outcomes, the last one again and again. */
function stepsWith(outcomes: Record<string, ('asks' | 'is silent' | 'goes back' | 'fails')[]>) {
  const visits: string[] = [];
  const steps = Object.entries(outcomes).map(
    ([name, all]): Step =>
      async () => {
        visits.push(name);
        const outcome = all.length > 1 ? all.shift() : all[0];
        if (outcome === 'goes back') throw new WentBack();
        if (outcome === 'fails') throw new Error('broken');
        return outcome === 'asks' ? 'asked' : 'nothing to ask';
      },
  );
  return { visits, steps };
}

it('takes one after the other', async () => {
  const { visits, steps } = stepsWith({ key: ['is silent'], targets: ['asks'], review: ['asks'] });
  await takeSteps(steps);
  expect(visits).toEqual(['key', 'targets', 'review']);
});

it('goes back to the last one that asked something', async () => {
  const { visits, steps } = stepsWith({
    key: ['asks'],
    check: ['is silent'],
    review: ['goes back', 'asks'],
  });
  await takeSteps(steps);
  expect(visits).toEqual(['key', 'check', 'review', 'key', 'check', 'review']);
});

it('goes back as often as it is asked to', async () => {
  const { visits, steps } = stepsWith({
    a: ['asks'],
    b: ['asks', 'goes back', 'asks'],
    c: ['goes back', 'asks'],
  });
  await takeSteps(steps);
  expect(visits).toEqual(['a', 'b', 'c', 'b', 'a', 'b', 'c']);
});

it('is cancelled before the first question', async () => {
  const { steps } = stepsWith({ key: ['is silent'], targets: ['goes back'] });
  await expect(takeSteps(steps)).rejects.toMatchObject({ code: 'cancelled' });
});

it('ends with what goes wrong', async () => {
  await expect(takeSteps(stepsWith({ a: ['fails'] }).steps)).rejects.toThrow('broken');
});
