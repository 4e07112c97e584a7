import { cancelled, WentBack } from '../terminal/questions.ts';

/** Asks something, or finds that there is nothing to ask. */
export type Step = () => Promise<'asked' | 'nothing to ask'>;

/** Takes one step after the other. Whoever goes back is asked the last question again; before the first, that cancels. */
export async function takeSteps(steps: readonly Step[]): Promise<void> {
  const asked: number[] = [];
  for (let index = 0; index < steps.length; ) {
    try {
      if ((await steps[index]?.()) === 'asked') asked.push(index);
      index += 1;
    } catch (error) {
      if (!(error instanceof WentBack)) throw error;
      const previous = asked.pop();
      if (previous === undefined) throw cancelled();
      index = previous;
    }
  }
}
