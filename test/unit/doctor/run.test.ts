import { expect, it } from 'vitest';
import type { Check, CheckResult, Patient } from '../../../src/doctor/check.ts';
import { exitCodeOf, type Finding, runChecks } from '../../../src/doctor/run.ts';
import { type ErrorCode, MegallmError } from '../../../src/errors.ts';

const signedOut = { active: Promise.reject(new MegallmError('not-signed-in', 'No key.')) };
signedOut.active.catch(() => undefined);

const patient = (facts: object) => facts as Patient;
const check = (id: string, run: () => Promise<CheckResult>, more: Partial<Check> = {}): Check => ({
  id,
  group: 'Machine',
  title: id,
  run,
  ...more,
});
const pass = async (): Promise<CheckResult> => ({ status: 'pass', detail: 'fine' });

it('gives every check its finding, in order, whatever the others do', async () => {
  const findings = await runChecks(
    [
      check('hangs', () => new Promise(() => undefined)),
      check('throws', () => Promise.reject(new MegallmError('refused', 'No.', 'Do this.'))),
      check('passes', pass),
      check('needs a key', pass, { needsKey: true }),
    ],
    patient(signedOut),
    undefined,
    50,
  );
  expect(findings).toMatchObject([
    { id: 'hangs', status: 'fail', code: 'failed', detail: 'not done within its deadline of 0.05 s' },
    { id: 'throws', status: 'fail', code: 'refused', detail: 'No.', next: ['Do this.'] },
    { id: 'passes', status: 'pass' },
    { id: 'needs a key', status: 'skip' },
  ]);
});

it('stops a check when its own time is up, and tells of each as soon as it is done', async () => {
  let stopped = false;
  const slow: Check['run'] = (_patient, signal) =>
    new Promise(() => {
      signal.addEventListener('abort', () => {
        stopped = true;
      });
    });
  const told: string[] = [];
  const findings = await runChecks(
    [{ ...check('slow', pass), run: slow, deadlineMs: 20 }, check('quick', pass)],
    patient(signedOut),
    ({ id }) => told.push(id),
  );
  expect(findings.map(({ id, status }) => [id, status])).toEqual([
    ['slow', 'fail'],
    ['quick', 'pass'],
  ]);
  expect(told).toEqual(['quick', 'slow']);
  expect(stopped).toBe(true);
});

it('is not silent about a mistake of its own', async () => {
  const broken = check('broken', () => Promise.reject(new TypeError('x is not a function')));
  await expect(runChecks([broken], patient(signedOut))).rejects.toThrow(TypeError);
});

const finding = (code: ErrorCode | undefined, status: Finding['status'] = 'fail'): Finding => ({
  id: 'x',
  group: 'Key',
  title: 'X',
  detail: '',
  status,
  ...(code && { code }),
});

it.each<[readonly Finding[], number]>([
  [[], 0],
  [[finding('failed', 'warn'), finding('unauthorized', 'skip')], 0],
  [[finding(undefined)], 1],
  [[finding('failed'), finding('refused')], 7],
  [[finding('refused'), finding('not-signed-in')], 3],
  [[finding('not-signed-in'), finding('unreachable')], 5],
  [[finding('unreachable'), finding('rate-limited')], 6],
  [[finding('failed'), finding('rate-limited'), finding('forbidden'), finding('unreachable')], 4],
])('of several failures the most telling decides (%#)', (findings, exitCode) => {
  expect(exitCodeOf(findings)).toBe(exitCode);
});
