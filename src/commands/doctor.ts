import { changedPlaces } from '../change-report.ts';
import { drawDiff, summarize } from '../changes/diff.ts';
import type { Context } from '../context.ts';
import { allChecks } from '../doctor/checks.ts';
import { DoctorDisplay } from '../doctor/display.ts';
import { countOf, findingRecord } from '../doctor/finding.ts';
import { type Mending, planMending } from '../doctor/mend.ts';
import { examine } from '../doctor/patient.ts';
import { exitCodeOf, type Finding, runChecks } from '../doctor/run.ts';
import { MegallmError } from '../errors.ts';
import type { Report } from '../terminal/output.ts';

interface Options {
  readonly action?: string;
  readonly offline?: boolean;
  readonly verbose?: boolean;
  readonly fix?: boolean;
  readonly scan?: boolean;
  readonly report?: boolean;
}

/** Runs every check, side by side, says what to do about what they find, and mends what it can when it is told to. */
export async function run(context: Context, { action, ...options }: Options): Promise<Report> {
  if (action !== undefined && action !== 'fix') throw unknownAction(action);
  if (options.report) return supportReport(context, options);
  const findings = await look(context, options);
  if (action !== 'fix' && !options.fix) return reportFindings(findings);
  const changes = await context.changes();
  const mending = await planMending(findings, changes);
  if (mending === undefined) return reportFindings(findings, { applied: false, changes: [] });
  if (!context.flags.dryRun) await agreeTo(mending, context);
  const profile = context.profiles.choose(context.namedProfile);
  const note = { command: 'doctor --fix', profile, isOurKey: context.profiles.knownKeys() };
  const { plan, applied } = await changes.make(note, mending.fill, mending.plan);
  const mended = { applied, changes: summarize(plan) };
  if (!applied) return { ...reportFindings(findings, mended), raw: drawDiff(plan) };
  await context.output.say(changedPlaces(plan, context.machine.home));
  return reportFindings(await look(context, options), mended);
}

/** What all the checks find, shown while they are at it. */
async function look(context: Context, options: Options): Promise<readonly Finding[]> {
  const { output, machine } = context;
  const started = performance.now();
  const patient = examine(context, options.verbose === true);
  const checks = allChecks(patient, options);
  const display = new DoctorDisplay(checks, output, machine.home);
  const findings = await runChecks(checks, patient, (check, finding) => display.add(check, finding));
  await display.end();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  await output.show({ lines: [{ label: `${countOf(findings)} in ${seconds} s` }] });
  return findings;
}

async function agreeTo({ plan }: Mending, { output, prompts, flags }: Context): Promise<void> {
  const diff = drawDiff(plan).trimEnd().split('\n');
  const lines = ['This can be mended:', ...diff].map((label) => ({ label }));
  await (flags.yes ? output.say(lines) : output.instruct(lines));
  const agreed = await prompts.agree('Mend it?', notAgreed);
  if (!agreed) throw notAgreed();
}

function reportFindings(findings: readonly Finding[], mended?: object): Report {
  const exitCode = exitCodeOf(findings);
  const checks = findings.map(findingRecord);
  return { data: { ok: exitCode === 0, checks, ...(mended && { mended }) }, exitCode };
}

async function supportReport(context: Context, options: Options): Promise<Report> {
  const { describeForSupport } = await import('../doctor/support-report.ts');
  const patient = examine(context, options.verbose === true);
  const findings = await runChecks(allChecks(patient, options), patient);
  return describeForSupport(patient, findings);
}

function notAgreed(): MegallmError {
  return new MegallmError('refused', 'Nothing was mended.', 'megallm doctor --fix --yes');
}

function unknownAction(action: string): MegallmError {
  return new MegallmError('usage', `doctor does not know ${JSON.stringify(action)}.`, 'megallm doctor fix');
}
