import { exitCodes, MegallmError } from '../errors.ts';
import type { Check, CheckResult, Patient } from './check.ts';
import { withTrueMend } from './mend.ts';

export interface Finding extends CheckResult {
  readonly id: string;
  readonly group: Check['group'];
  readonly title: string;
}

/** How long all of it may take. */
const allDeadlineMs = 20_000;

/**
 * Runs all checks side by side, each under its own deadline; one that fails to answer, or throws a MegallmError, is itself
 * a finding. `onFinding` gets each as soon as it is there; the result has them in the order of the checks.
 */
export async function runChecks(
  checks: readonly Check[],
  patient: Patient,
  onFinding: (check: Check, finding: Finding) => void = () => undefined,
  deadlineMs = allDeadlineMs,
): Promise<Finding[]> {
  const over = new AbortController();
  try {
    return await Promise.all(
      checks.map(async (check) => {
        const { id, group, title } = check;
        const result = await within(deadlineMs, over.signal, (signal) => outcomeOf(check, patient, signal));
        const finding = { id, group, title, ...result };
        onFinding(check, finding);
        return finding;
      }),
    );
  } finally {
    over.abort();
  }
}

/** The deadline of a check begins when there is a key for it to look at. */
async function outcomeOf(check: Check, patient: Patient, signal: AbortSignal): Promise<CheckResult> {
  if (check.needsKey && (await isWithoutKey(patient))) return { status: 'skip', detail: 'no key to try' };
  const result = (own: AbortSignal) => resultOf(check, patient, own);
  return check.deadlineMs === undefined ? result(signal) : within(check.deadlineMs, signal, result);
}

async function resultOf(check: Check, patient: Patient, signal: AbortSignal): Promise<CheckResult> {
  try {
    return await withTrueMend(await check.run(patient, signal));
  } catch (error) {
    if (!(error instanceof MegallmError)) throw error;
    return { status: 'fail', detail: error.message, next: error.hints, code: error.code };
  }
}

async function isWithoutKey({ active }: Patient): Promise<boolean> {
  return active.then(
    () => false,
    (error: unknown) => error instanceof MegallmError,
  );
}

async function within(
  deadlineMs: number,
  over: AbortSignal,
  body: (signal: AbortSignal) => Promise<CheckResult>,
): Promise<CheckResult> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const overrun = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => {
      late.abort();
      resolve(notDone(deadlineMs));
    }, deadlineMs);
  });
  try {
    return await Promise.race([body(AbortSignal.any([late.signal, over])), overrun]);
  } finally {
    clearTimeout(timer);
  }
}

function notDone(deadlineMs: number): CheckResult {
  return {
    status: 'fail',
    detail: `not done within its deadline of ${deadlineMs / 1000} s`,
    next: ['megallm doctor   (again: the machine may have been busy)'],
    code: 'failed',
  };
}

/** A refused key says more than a slow network, and so on: the first of these that failed decides. */
const precedence = [4, 6, 5, 3, 7, 1];

export function exitCodeOf(findings: readonly Finding[]): number {
  const codes = findings
    .filter(({ status }) => status === 'fail')
    .map(({ code = 'failed' }): number => exitCodes[code]);
  return precedence.find((code) => codes.includes(code)) ?? 0;
}
