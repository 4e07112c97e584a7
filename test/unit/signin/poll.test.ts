import { describe, expect, it } from 'vitest';
import type { Grant, SignInResult } from '../../../src/api/sign-in.ts';
import { Secret } from '../../../src/secret.ts';
import { type Clock, pollForKey } from '../../../src/signin/poll.ts';

const key = new Secret(`sk-mega-${'0123456789abcdef'.repeat(4)}`);
const standardGrant = 'urn:ietf:params:oauth:grant-type:device_code';

const declined = (code: string) => ({ kind: 'declined', code, host: 'h' }) as const;
const pending = declined('authorization_pending');
const slowDown = declined('slow_down');
const reset = { kind: 'unreachable', cause: 'reset', host: 'h', detail: 'ECONNRESET' } as const;
const broken = { kind: 'broken', status: 503, host: 'h' } as const;
const page = { kind: 'not-megallm', status: 200, contentType: 'text/html', host: 'h' } as const;
const keyless = { kind: 'not-megallm', status: 200, contentType: 'application/json', host: 'h' } as const;
const done = { kind: 'ok', value: key } as const;

/** Polls by a clock that only sleeping moves; `answers` run out never: the last one is repeated. */
async function poll(
  answers: readonly SignInResult<Secret>[],
  {
    interval,
    expiresIn = 600 as number | undefined,
  }: { interval?: number; expiresIn?: number | undefined } = {},
) {
  let now = 0;
  const times: number[] = [];
  const grants: Grant[] = [];
  const clock: Clock = {
    now: () => now,
    async sleep(milliseconds) {
      now += milliseconds;
    },
  };
  const device = { deviceCode: new Secret('dc'), userCode: 'u', page: 'p', completePage: undefined };
  const ask = async (grant: Grant) => {
    times.push(now / 1000);
    grants.push(grant);
    return answers[Math.min(times.length, answers.length) - 1] ?? pending;
  };
  const result = pollForKey({ ...device, interval, expiresIn }, ask, clock, new AbortController().signal);
  const outcome = await result.catch((error: unknown) => error);
  return { outcome, times, grants, ended: now / 1000 };
}

describe('RFC 8628 section 3.5:', () => {
  it('asks once in each interval, five seconds where none is given', async () => {
    expect(await poll([pending, pending, done], { interval: 2 })).toMatchObject({
      outcome: key,
      times: [2, 4, 6],
      grants: Array.from({ length: 3 }, () => ({ grant_type: 'device_code', device_code: 'dc' })),
    });
    expect((await poll([pending, done])).times).toEqual([5, 10]);
  });

  it('adds five seconds for good at each slow_down', async () => {
    const answers = [pending, slowDown, pending, slowDown, pending, done];
    expect((await poll(answers, { interval: 1 })).times).toEqual([1, 2, 8, 14, 25, 36]);
  });

  it('backs off while there is no connection, and comes back to the interval', async () => {
    const answers = [pending, reset, broken, page, pending, pending, done];
    expect((await poll(answers, { interval: 1 })).times).toEqual([1, 2, 4, 8, 16, 17, 18]);
    const long = await poll([...Array.from({ length: 8 }, () => reset), done], {
      interval: 5,
      expiresIn: 1000,
    });
    expect(long.times.at(-1)).toBe(5 + 10 + 20 + 6 * 30);
  });

  it('waits as long as a rate limit asks for', async () => {
    const limited = { kind: 'rate-limited', retryAfterSeconds: 42, host: 'h' } as const;
    expect((await poll([limited, done], { interval: 1 })).times).toEqual([1, 43]);
  });

  it.each([
    ['access_denied', 'not-signed-in'],
    ['expired_token', 'not-signed-in'],
    ['invalid_grant', 'failed'],
    ['invalid_client', 'failed'],
    ['whatever_else', 'failed'],
  ])('%s is the end', async (code, error) => {
    const { outcome, times } = await poll([pending, declined(code), done]);
    expect(outcome).toMatchObject({ name: 'MegallmError', code: error });
    expect(times).toHaveLength(2);
  });

  it('does not ask after the code has expired', async () => {
    const { outcome, times, ended } = await poll([pending], { interval: 4, expiresIn: 10 });
    expect(outcome).toMatchObject({ code: 'not-signed-in', message: expect.stringContaining('expired') });
    expect([times, ended]).toEqual([[4, 8], 10]);
  });

  it('has an end of its own where the service names none, or one that is no end', async () => {
    expect((await poll([pending], { expiresIn: undefined })).ended).toBe(600);
    expect((await poll([pending], { expiresIn: Number.MAX_VALUE, interval: 60 })).ended).toBe(3600);
    expect((await poll([pending], { interval: 1e12 })).ended).toBe(600);
  });
});

it('tries the standard grant type at once where the service’s own is not known there', async () => {
  const { outcome, times, grants } = await poll([declined('unsupported_grant_type'), pending, done]);
  expect(outcome).toBe(key);
  expect(times).toEqual([5, 5, 10]);
  expect(grants.map(({ grant_type }) => grant_type)).toEqual(['device_code', standardGrant, standardGrant]);
  expect((await poll([declined('unsupported_grant_type')])).times).toEqual([5, 5]);
});

it('when the network is gone to the end, it is that which the error tells of', async () => {
  const { outcome } = await poll([pending, reset], { expiresIn: 60 });
  expect(outcome).toMatchObject({ code: 'unreachable', message: expect.stringContaining('ECONNRESET') });
});

it('an answer without a key is not asked for again: it was the only one', async () => {
  const { outcome, times } = await poll([keyless, done]);
  expect(outcome).toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('without an API key'),
  });
  expect(times).toHaveLength(1);
});
