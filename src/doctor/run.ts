import { type ErrorCode, exitCodes, MegallmError } from '../errors.ts';
import type { Check, CheckResult, Patient } from './check.ts';

export interface Finding extends CheckResult {
  readonly id: string;
  readonly group: Check['group'];
  readonly title: string;
}

const allDeadlineMs = 20_000;

/** Runs all checks side by side; one that fails to answer, or throws, is itself a finding. */
export async function runChecks(checks: readonly Check[], patient: Patient): Promise<Finding[]> {
  const deadline = AbortSignal.timeout(allDeadlineMs);
  return Promise.all(
    checks.map(async (check) => {
      const { id, group, title } = check;
      return { id, group, title, ...(await outcomeOf(check, patient, deadline)) };
    }),
  );
}

async function outcomeOf(check: Check, patient: Patient, deadline: AbortSignal): Promise<CheckResult> {
  try {
    return await Promise.race([check.run(patient, deadline), whenAborted(deadline)]);
  } catch (error) {
    if (error instanceof MegallmError) {
      return { status: 'fail', detail: error.message, next: error.hints, code: error.code };
    }
    throw error;
  }
}

function whenAborted(signal: AbortSignal): Promise<CheckResult> {
  return new Promise((resolve) => {
    const detail = `no answer within ${allDeadlineMs / 1000} s`;
    signal.addEventListener('abort', () => resolve({ status: 'fail', detail, code: 'failed' }), {
      once: true,
    });
  });
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
