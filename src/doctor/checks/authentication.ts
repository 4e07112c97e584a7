import { adviseOn } from '../../verifier/advice.ts';
import type { DebugAuth } from '../../verifier/debug-auth.ts';
import type { FailedVerification } from '../../verifier/verification.ts';
import type { VerificationReport } from '../../verifier/verify.ts';
import type { Check, CheckResult } from '../check.ts';
import { isNoAnswer, skipped } from '../service.ts';

export const bearerHeader: Check = {
  id: 'bearer',
  group: 'Service',
  title: 'Bearer',
  needsKey: true,
  async run({ service, verbose }) {
    const report = await (await service()).verification;
    const skip = isNoAnswer(report.bearer) && skipped(report);
    if (skip) return skip;
    if (report.bearer.kind !== 'accepted') return failed(report.bearer, report);
    const { latencyMs, debug } = report.bearer;
    return {
      status: 'pass',
      detail: `accepted in ${Math.round(latencyMs)} ms`,
      ...(verbose && { next: listed(debug) }),
    };
  },
};

/** The header of Anthropic-format clients: its refusal alone leaves the others working. */
export const anthropicHeader: Check = {
  id: 'x-api-key',
  group: 'Service',
  title: 'x-api-key',
  needsKey: true,
  async run({ service }) {
    const report = await (await service()).verification;
    const { anthropic } = report;
    if (anthropic === 'not-served')
      return { status: 'skip', detail: 'the service has no Anthropic-format endpoint' };
    if (anthropic.kind === 'accepted')
      return { status: 'pass', detail: `accepted in ${Math.round(anthropic.latencyMs)} ms` };
    const skip = skipped(report);
    if (skip) return skip;
    const { message, hints } = adviseOn(anthropic, report);
    return { status: 'warn', detail: `Anthropic-format clients will fail. ${message}`, next: hints };
  },
};

export const models: Check = {
  id: 'models',
  group: 'Service',
  title: 'Models',
  needsKey: true,
  async run({ service }) {
    const report = await (await service()).verification;
    const { models: usable } = report;
    const skip = skipped(report);
    if (skip) return skip;
    if (usable === undefined) return { status: 'warn', detail: 'the service did not list them' };
    if (usable.length === 0) return { status: 'warn', detail: 'the key can use none' };
    return { status: 'pass', detail: `${usable.length} that this key can use` };
  },
};

function failed(failure: FailedVerification, report: VerificationReport): CheckResult {
  const { code, message, hints } = adviseOn(failure, report);
  return { status: 'fail', detail: message, next: hints, code };
}

function listed(debug: DebugAuth): string[] {
  return debug.map(({ name, value }) => `${name}: ${value}`);
}
