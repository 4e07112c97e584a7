import { sep } from 'node:path';
import { keyVariable } from '../../credentials/key.ts';
import type { Candidate, Decision } from '../../integrations/why/decision.ts';
import { shellPlace } from '../../integrations/why/decision.ts';
import type { Secret } from '../../secret.ts';
import type { Check, CheckResult, Patient } from '../check.ts';

interface Stray {
  readonly place: string;
  readonly detail: string;
  readonly next: readonly string[];
}

/** Who else sets our variables, and whether that would shadow what megallm wrote or send a key the wrong way. */
export const elsewhere: Check = {
  id: 'elsewhere',
  group: 'Key',
  title: 'Set elsewhere',
  needsKey: true,
  async run(patient) {
    const { machine, profiles, places: locations } = patient;
    const { whyTool } = await import('../../integrations/why/why.ts');
    const decisions = await whyTool(undefined, { machine, profiles, locations });
    const { key } = await patient.active;
    const others = await ownersOf(patient);
    const same = candidatesOf(decisions, keyVariable).filter(
      (each) => !others.isKnown(each.place) && each.place !== shellPlace && key.equals(each.value),
    );
    const strays = [
      ...keysElsewhere(decisions, key, others),
      ...shadowing(decisions, patient),
      ...vendors.flatMap((vendor) => misrouted(vendor, decisions)),
    ];
    const byPlace = new Map(strays.toReversed().map((stray) => [stray.place, stray]));
    if (byPlace.size > 0) return report([...byPlace.values()].toReversed());
    if (same.length === 0) return { status: 'pass', detail: 'nowhere that megallm does not know of' };
    return { status: 'pass', detail: `${same.slice(0, mostShown).map(placeOf).join(', ')}, to this key` };
  },
};

/** Files that anybody may have written can set a variable any number of times. */
const mostShown = 10;

function report(strays: readonly Stray[]): CheckResult {
  const shown = strays.slice(0, mostShown);
  const more = strays.length > mostShown ? [`and ${strays.length - mostShown} more`] : [];
  return {
    status: 'warn',
    detail: [...shown.map(({ detail }) => detail), ...more].join('; '),
    place: shown.map(({ place }) => place).join(', '),
    next: shown.flatMap(({ next }) => next),
  };
}

interface Owners {
  /** What megallm wrote there is another check's. */
  isKnown(path: string): boolean;
  /** So is what new shells come to. */
  isStartupFile(path: string): boolean;
}

async function ownersOf({ locations, machine, usualPlaces }: Patient): Promise<Owners> {
  const shells = (await usualPlaces()).filter(({ startup }) => startup !== undefined);
  // A shell may keep variables elsewhere too, as fish does.
  const found = await Promise.allSettled(shells.map((shell) => shell.find([keyVariable])));
  const kept = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const startup = [
    ...shells.flatMap((shell) => shell.startup?.().files ?? []),
    ...kept.map(({ path }) => path),
  ];
  return {
    isKnown: (path) =>
      path.startsWith(`${machine.folder}${sep}`) || locations.some((location) => location.path === path),
    isStartupFile: (path) => startup.includes(path),
  };
}

/** Another key under the key's own name, at places that are no shell's. */
function keysElsewhere(decisions: readonly Decision[], key: Secret, others: Owners): Stray[] {
  return candidatesOf(decisions, keyVariable)
    .filter(({ place }) => place !== shellPlace && !others.isKnown(place) && !others.isStartupFile(place))
    .filter(({ value }) => value.reveal() !== '' && !key.equals(value))
    .map((each) => ({
      place: placeOf(each),
      detail: `${keyVariable} is another value: ${each.value}`,
      next: [takeOut(each)],
    }));
}

/** A variable that megallm has written somewhere, set to something else at a place that counts before. */
function shadowing(decisions: readonly Decision[], { locations }: Patient): Stray[] {
  const names = new Set(locations.flatMap(({ variables }) => variables));
  names.delete(keyVariable);
  return [...names].flatMap((name) =>
    candidatesOf(decisions, name)
      .filter(({ isOurs, value }) => !isOurs && value.reveal() !== '')
      .map((each) => ({
        place: placeOf(each),
        detail: `${name} is not what megallm wrote, and programs that find it there use that`,
        next: [takeOut(each)],
      })),
  );
}

const vendors = ['OPENAI', 'ANTHROPIC'] as const;

/** A key and an address that do not go together: one of them is ours, and the other is not. */
function misrouted(vendor: (typeof vendors)[number], decisions: readonly Decision[]): Stray[] {
  const winner = (name: string) => candidatesOf(decisions, name).find(({ wins }) => wins);
  const [key, address] = [winner(`${vendor}_API_KEY`), winner(`${vendor}_BASE_URL`)];
  if (key && address?.isOurs && !key.isOurs)
    return [
      {
        place: placeOf(key),
        detail: `${key.name} is another service's key, and would be sent to MegaLLM`,
        next: [takeOut(key)],
      },
    ];
  if (!key?.isOurs || address?.isOurs || key.value.reveal() === '') return [];
  const wrong = address ?? key;
  return [
    {
      place: placeOf(wrong),
      detail: `${key.name} is a MegaLLM key, and would be sent to another service`,
      next: [takeOut(wrong)],
    },
  ];
}

function candidatesOf(decisions: readonly Decision[], name: string): readonly Candidate[] {
  return decisions.find(({ about }) => about === name)?.candidates ?? [];
}

function placeOf({ place, line }: Candidate): string {
  return line === undefined ? place : `${place}:${line}`;
}

function takeOut(candidate: Candidate): string {
  const { name, place } = candidate;
  return place === shellPlace ? `unset ${name}` : `Take ${name} out of ${placeOf(candidate)}`;
}
