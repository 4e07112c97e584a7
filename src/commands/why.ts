import { shortened } from '../change-report.ts';
import type { Context } from '../context.ts';
import { findTool } from '../integrations/tools.ts';
import type { Candidate, Decision } from '../integrations/why/decision.ts';
import { whyTool } from '../integrations/why/why.ts';
import type { Report, Section } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';

interface Options {
  readonly tool?: string;
}

/** Every place that sets a key or an address for a tool, in the order in which the tool decides. */
export async function run(context: Context, { tool: name }: Options): Promise<Report> {
  const tool = name === undefined ? undefined : findTool(name);
  const decisions = (await whyTool(tool?.id, context)).filter(({ candidates }) => candidates.length > 0);
  const again = tool ? `megallm link ${tool.id}` : 'megallm env write --to BACKEND';
  const nothing = {
    label: tool?.title ?? 'Programs',
    detail: 'nothing sets a key or an address',
    next: [again],
  };
  return {
    data: { tool: tool?.id ?? null, decisions: decisions.map(shown) },
    sections:
      decisions.length === 0
        ? [{ lines: [nothing] }]
        : decisions.map((decision) => toSection(decision, context.machine.home, again)),
  };
}

function shown({ about, candidates }: Decision) {
  return {
    about,
    candidates: candidates.map((candidate) => ({
      name: candidate.name,
      place: candidate.place,
      line: candidate.line ?? null,
      value: visible(candidate),
      wins: candidate.wins,
      ours: candidate.isOurs,
    })),
  };
}

function toSection({ about, candidates }: Decision, home: string, again: string): Section {
  return { title: about, lines: candidates.map((candidate) => toLine(candidate, home, again)) };
}

function toLine(candidate: Candidate, home: string, again: string): Line {
  const { name, place, line, value, wins, isOurs } = candidate;
  const where = `${shortened(place, home)}${line === undefined ? '' : `:${line}`}`;
  const state = value.reveal() === '' ? 'empty' : visible(candidate);
  if (!wins) return { label: name, detail: state, place: where };
  return {
    mark: isOurs ? 'ok' : 'warn',
    label: name,
    detail: `${state} · this one counts`,
    place: where,
    ...(!isOurs && { next: [line === undefined ? `unset ${name}` : `Take ${name} out of ${where}`, again] }),
  };
}

/** Addresses, models and our own commands are no secrets, but for what may stand before an address's host. */
function visible({ name, value, isOurs }: Candidate): string {
  const isPlain = /(url|model)$/i.test(name) || (isOurs && /(apiKeyHelper|command)$/.test(name));
  return isPlain ? value.reveal().replace(/:\/\/[^/@]*@/, '://…@') : String(value);
}
