import { type ErrorCode, exitCodes, MegallmError } from '../errors.ts';
import type { Check, CheckResult, Patient } from './check.ts';

export interface Finding extends CheckResult {
  readonly id: string;
  readonly group: Check['group'];
  readonly title: string;
}

const allDeadlineMs = 20_000;

/** Runs all checks side by side; one that fails to answer, or throws a MegallmError, is itself a finding. */
export async function runChecks(
  checks: readonly Check[],
  patient: Patient,
  deadlineMs = allDeadlineMs,
): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<CheckResult>((resolve) => {
    const detail = `no answer within ${deadlineMs / 1000} s`;
    timer = setTimeout(() => resolve({ status: 'fail', detail, code: 'failed' }), deadlineMs);
  });
  try {
    return await Promise.all(
      checks.map(async (check) => {
        const { id, group, title } = check;
        return { id, group, title, ...(await Promise.race([outcomeOf(check, patient), deadline])) };
      }),
    );
  } finally {
    clearTimeout(timer);
  }
}

async function outcomeOf(check: Check, patient: Patient): Promise<CheckResult> {
  try {
    if (check.needsKey && (await isWithoutKey(patient))) return { status: 'skip', detail: 'no key to try' };
    return await check.run(patient);
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

/** A refused key says more than a slow network, and so on: the first of these that failed decides. */
const precedence = [4, 6, 5, 3, 7, 1];

export function exitCodeOf(findings: readonly Finding[]): number {
  const codes = findings
    .filter(({ status }) => status === 'fail')
    .map(({ code = 'failed' }) => codeNumber(code));
  return precedence.find((code) => codes.includes(code)) ?? 0;
}

function codeNumber(code: ErrorCode): number {
  return exitCodes[code];
}
