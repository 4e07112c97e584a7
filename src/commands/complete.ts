import { type Candidate, candidatesFor, type Grammar } from '../completion/candidates.ts';
import { completionValues } from '../completion/values.ts';
import type { Context } from '../context.ts';
import type { Report } from '../terminal/output.ts';

interface Options {
  readonly words?: readonly string[];
  readonly grammar?: Grammar;
}

const deadlineMs = 1500;

/** Answers a completion script. Whatever goes wrong, nobody's prompt is the place to tell it. */
export async function run(context: Context, { words = [], grammar }: Options): Promise<Report> {
  const candidates = grammar ? await soon(candidatesOf(context, words, grammar)) : [];
  const lines = candidates.map(({ value, help }) => `${value}\t${help}\n`);
  return { data: { candidates }, raw: lines.join('') };
}

function candidatesOf(context: Context, words: readonly string[], grammar: Grammar) {
  const current = words.at(-1)?.replace(/^=/, '') ?? '';
  return candidatesFor(words.slice(0, -1), current, grammar, completionValues(context));
}

async function soon(found: Promise<readonly Candidate[]>): Promise<readonly Candidate[]> {
  const late = new Promise<[]>((resolve) => setTimeout(() => resolve([]), deadlineMs));
  return Promise.race([found.catch(() => []), late]);
}
