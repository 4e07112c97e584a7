import { setTimeout as pause } from 'node:timers/promises';
import type { DeviceCode, Grant, SignInResult } from '../api/sign-in.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { codeExpired, redemptionError } from './refusals.ts';

export interface Clock {
  /** Milliseconds, from whenever. */
  now(): number;
  /** Rejects when `signal` is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
};

type Failure = Exclude<SignInResult<never>, { kind: 'ok' }>;

/** How the polling goes on. Times in seconds. */
interface Pace {
  /** api.md: this service's own name for the grant; or RFC 8628's, where it takes that one after all. */
  readonly grantType: 'device_code' | 'urn:ietf:params:oauth:grant-type:device_code';
  readonly interval: number;
  /** Before the next question. */
  readonly wait: number;
  /** What went wrong last, and how often in a row. */
  readonly failure?: Failure;
  readonly failures: number;
}

const defaults = { interval: 5, lifetime: 600 } as const;
const longestLifetime = 3600;
const slowDown = 5;
const longestBackoff = 30;

/**
 * Asks again and again whether the person has signed in (RFC 8628 section 3.5), until they have, or have refused, or
 * the code has expired. What goes wrong on the way to the service, or within it, is asked again, twice as late each time.
 */
export async function pollForKey(
  { deviceCode, expiresIn = defaults.lifetime, interval = defaults.interval }: DeviceCode,
  ask: (grant: Grant) => Promise<SignInResult<Secret>>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Secret> {
  const expiresAt = clock.now() + Math.min(expiresIn, longestLifetime) * 1000;
  let pace: Pace = { grantType: 'device_code', interval, wait: interval, failures: 0 };
  for (;;) {
    const left = expiresAt - clock.now();
    await sleep(Math.min(pace.wait * 1000, Math.max(0, left)), clock, signal);
    if (clock.now() >= expiresAt) throw pace.failure ? redemptionError(pace.failure) : codeExpired();
    const answer = await ask({ grant_type: pace.grantType, device_code: deviceCode.reveal() });
    if (answer.kind === 'ok') return answer.value;
    pace = nextPace(pace, answer);
  }
}

/** Throws the MegallmError of an answer that is the last one. */
function nextPace({ grantType, interval, failures }: Pace, answer: Failure): Pace {
  const on = { grantType, interval, wait: interval, failures: 0 };
  if (answer.kind === 'declined') {
    if (answer.code === 'authorization_pending') return on;
    if (answer.code === 'slow_down')
      return { ...on, interval: interval + slowDown, wait: interval + slowDown };
    if (answer.code === 'unsupported_grant_type' && grantType === 'device_code') {
      return { ...on, grantType: 'urn:ietf:params:oauth:grant-type:device_code', wait: 0 };
    }
  }
  if (!passes(answer)) throw redemptionError(answer);
  const backoff = Math.min(interval * 2 ** (failures + 1), longestBackoff);
  const asked = answer.kind === 'rate-limited' ? (answer.retryAfterSeconds ?? 0) : 0;
  return { ...on, wait: Math.max(interval, backoff, asked), failure: answer, failures: failures + 1 };
}

/** An answer in JSON without a key may be all that there will ever be of it, so that is none that passes. */
function passes(answer: Failure): boolean {
  if (answer.kind === 'not-megallm')
    return answer.status !== 200 || answer.contentType !== 'application/json';
  return answer.kind === 'unreachable' || answer.kind === 'broken' || answer.kind === 'rate-limited';
}

async function sleep(milliseconds: number, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new MegallmError('cancelled', 'Cancelled; nothing was changed.');
  }
}
