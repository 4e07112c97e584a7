import { reportChange, shortened } from './change-report.ts';
import { Draft } from './changes/draft.ts';
import { storageWish } from './consent.ts';
import type { Context } from './context.ts';
import { usualBackend } from './credentials/backends/catalog.ts';
import { chooseStorage } from './credentials/choose-storage.ts';
import { findLegacy, type Legacy } from './credentials/legacy/legacy.ts';
import { legacyKeys, planTakeOver, type TakeOver } from './credentials/legacy/take-over.ts';
import { MegallmError } from './errors.ts';
import type { Report } from './terminal/output.ts';
import type { Line } from './terminal/theme.ts';
import { toError } from './verifier/advice.ts';
import { verify } from './verifier/verify.ts';

/** What 3.1.0 left, and where, in a line; `undefined` when it left nothing. `next`: the command that moves it. */
export function legacyLine(legacy: Legacy, home: string, next: string): Line | undefined {
  const places = legacyPlaces(legacy).map((place) => shortened(place, home));
  const unfit = legacy.problems.map(({ message }) => message);
  if (places.length + unfit.length === 0) return undefined;
  const hints = [...(places.length > 0 ? [next] : []), ...legacy.problems.flatMap(({ hints }) => hints)];
  const detail = ['keys in plain text', ...unfit].slice(places.length > 0 ? 0 : 1).join('; ');
  return { mark: 'warn', label: 'megallm 3.1.0', detail, place: places.join(', '), next: hints };
}

export function legacyPlaces({ authFiles, lines }: Legacy): string[] {
  return [...authFiles.map(({ path }) => path), ...lines.map(({ path, line }) => `${path}:${line}`)];
}

/**
 * Moves the keys of 3.1.0 to the storage, if the user agrees. A report when that has signed the profile in;
 * `undefined` when a key is still to be obtained.
 */
export async function offerTakeOver(
  context: Context,
  profile: string,
  wish: { readonly insecure: boolean; readonly hasKey: boolean },
): Promise<Report | undefined> {
  const { output } = context;
  const legacy = findLegacy(context);
  for (const { message, hints } of legacy.problems) await output.warn({ label: message, next: hints });
  const foreseen = await planTakeOver(new Draft(), context, profile, 'file');
  for (const { path, reason } of foreseen.left)
    await output.warn({ label: `${path} stays as it is: ${reason}.`, next: ['megallm status'] });
  if (foreseen.cleaned.length === 0) return undefined;
  if (wish.hasKey) await tell(context, legacy);
  else if (await agrees(context, legacy, foreseen)) return takeOver(context, profile, wish.insecure, legacy);
  return undefined;
}

async function takeOver(
  context: Context,
  profile: string,
  insecure: boolean,
  legacy: Legacy,
): Promise<Report | undefined> {
  const { keys, machine, output, profiles } = context;
  const storage = await chooseStorage(profile, context, storageWish(context, insecure));
  const changes = await context.changes();
  const known = new Set(legacyKeys(legacy).map(({ fingerprint }) => fingerprint));
  const isKnown = profiles.knownKeys();
  const isOurKey = (fingerprint: string) => known.has(fingerprint) || isKnown(fingerprint);
  let taken: TakeOver = { moved: [], cleaned: [], left: [] };
  const change = await changes.make({ command: 'login', profile, isOurKey }, async (draft) => {
    taken = await planTakeOver(draft, context, profile, storage);
  });
  const data = { profile, storage, moved: taken.moved };
  const report = reportChange(change, machine.home, data, movedLines(taken, keys.storage(storage).title));
  if (change.dryRun) return report;
  const signedIn = await keys.stored(profile);
  if (signedIn === undefined || !taken.moved.some((each) => each.profile === profile)) {
    await output.say(report.talk ?? []);
    return undefined;
  }
  const { line, exitCode } = await verified(context, profile);
  const usual = usualBackend(machine) ?? 'bash';
  const next = [`megallm env write --to ${usual} --sdk anthropic`, 'megallm env write --to dotenv'];
  return {
    ...report,
    exitCode,
    data: { ...report.data, key: signedIn },
    talk: [...(report.talk ?? []), line, { label: 'Next', next }],
  };
}

async function tell({ machine, output }: Context, legacy: Legacy): Promise<void> {
  await output.warn({ label: found(legacy, machine.home), next: ['megallm login --yes   (to move them)'] });
}

function found(legacy: Legacy, home: string): string {
  const places = legacyPlaces(legacy).map((place) => shortened(place, home));
  return `megallm 3.1.0 left keys in plain text: ${places.join(', ')}.`;
}

async function agrees(context: Context, legacy: Legacy, { moved }: TakeOver): Promise<boolean> {
  const { flags, machine, prompts } = context;
  if (flags.dryRun || flags.yes) return true;
  if (!prompts.interactive) {
    await tell(context, legacy);
    return false;
  }
  const names = [...new Set(moved.map(({ profile }) => profile))].join(', ');
  const question = `${found(legacy, machine.home)} ${names ? `Move them to the storage of ${names}` : 'Take them out'}?`;
  return prompts.agree(question, () => new MegallmError('usage', question, 'Add --yes.'));
}

function movedLines({ moved }: TakeOver, where: string): Line[] {
  return moved.map(({ profile, key }) => ({
    mark: 'ok',
    label: 'Moved',
    detail: `${key} · profile ${profile}, in ${where}`,
  }));
}

/** The keys are where they should be by then, so that a service which does not answer is no failure. */
async function verified(context: Context, profile: string): Promise<{ line: Line; exitCode: number }> {
  const { keys } = context;
  try {
    const key = await keys.stored(profile);
    if (key === undefined) throw new MegallmError('not-signed-in', `Profile ${profile} has no key.`, []);
    const report = await verify(await context.http(), keys.savedService(profile), key);
    if (report.bearer.kind !== 'accepted') throw toError(report.bearer, report);
    return { line: { mark: 'ok', label: 'Key verified', detail: String(key) }, exitCode: 0 };
  } catch (error) {
    if (!(error instanceof MegallmError)) throw error;
    const exitCode = error.code === 'unauthorized' ? 4 : 0;
    return {
      line: { mark: 'warn', label: 'Not verified', detail: error.message, next: error.hints },
      exitCode,
    };
  }
}
