import { describe, expect, it } from 'vitest';
import type { ApiFailure, UnreachableCause } from '../../../src/api/failure.ts';
import { MegallmError } from '../../../src/errors.ts';
import { adviseOn, toError } from '../../../src/verifier/advice.ts';

const host = 'ai.megallm.io';
const said = { host, requestId: '7f3a' };

function unreachable(cause: UnreachableCause, detail = 'X'): ApiFailure {
  return { kind: 'unreachable', cause, host: `${host}:443`, detail };
}

const untrusted = unreachable('tls', 'SELF_SIGNED_CERT_IN_CHAIN');
const failures: readonly ApiFailure[] = [
  { kind: 'unauthorized', status: 401, isPage: false, message: 'This API key has expired.', ...said },
  { kind: 'unauthorized', status: 401, isPage: true, host },
  { kind: 'forbidden', status: 403, isPage: false, ...said },
  { kind: 'forbidden', status: 403, isPage: true, host },
  { kind: 'rate-limited', host },
  { kind: 'rate-limited', retryAfterSeconds: 30, ...said },
  { kind: 'broken', status: 503, message: 'Overloaded', ...said },
  { kind: 'not-megallm', host },
  { kind: 'not-megallm', host, status: 200, contentType: 'text/html' },
  { kind: 'not-megallm', host, status: 404, contentType: 'application/json' },
  { kind: 'not-megallm', host, status: 302 },
  { kind: 'not-megallm', host, status: 511 },
  { kind: 'rejected', status: 409, message: 'The name is taken', ...said },
  unreachable('dns', 'ENOTFOUND'),
  unreachable('refused', 'ECONNREFUSED'),
  unreachable('refused', 'ENETUNREACH'),
  unreachable('timeout', 'no answer'),
  unreachable('reset', 'ECONNRESET'),
  unreachable('proxy', 'status 407'),
  unreachable('proxy', 'ECONNREFUSED'),
  untrusted,
  unreachable('tls', 'CERT_HAS_EXPIRED'),
  unreachable('tls', 'CERT_NOT_YET_VALID'),
  unreachable('tls', 'ERR_TLS_CERT_ALTNAME_INVALID'),
  unreachable('tls', 'EPROTO'),
];

function written(failure: ApiFailure): string {
  const { message, hints } = adviseOn(failure);
  return [message, ...hints].join('\n');
}

describe('advice', () => {
  it.each(failures)('on %j says what happened and what to do, calmly', (failure) => {
    const { message, hints } = adviseOn(failure);
    expect(message).toMatch(/^\S.*\.$/);
    expect(hints.length).toBeGreaterThan(0);
    for (const hint of hints) expect(hint).toMatch(/^\S.*\S$/);
    expect(written(failure)).not.toMatch(/!|oops|sorry|undefined|NaN|\[object/i);
    expect(written(failure)).not.toMatch(
      /NODE_TLS_REJECT_UNAUTHORIZED|strict-ssl|insecure|disable|turn off/i,
    );
  });

  it.each([
    ['unauthorized', 4],
    ['forbidden', 4],
    ['rate-limited', 6],
    ['broken', 5],
    ['not-megallm', 5],
    ['unreachable', 5],
    ['rejected', 1],
  ])('on %s has the exit code %i', (kind, exitCode) => {
    for (const failure of failures.filter((one) => one.kind === kind)) {
      expect(toError(failure).exitCode).toBe(exitCode);
    }
  });

  it("on 401, 403 and 429 is the authentication guide's", () => {
    const [unauthorized, , forbidden, , , limited] = failures.map(written);
    expect(unauthorized).toContain('The service refused the key (401): This API key has expired.');
    expect(unauthorized).toMatch(/valid and not expired/);
    expect(unauthorized).toMatch(/^megallm login$/m);
    expect(forbidden).toMatch(/has the required access/);
    expect(forbidden).toContain('(request id 7f3a)');
    expect(limited).toMatch(/Wait 30 seconds and run the command again/);
    expect(limited).toMatch(/contact support \(request id 7f3a\)/);
  });

  it.each([
    [undefined, 'a minute'],
    [1, '1 second'],
    [119, '119 seconds'],
    [120, '2 minutes'],
    [7199, '120 minutes'],
    [7200, '2 hours'],
    [86_400, '24 hours'],
    [172_800, '2 days'],
  ])('on a wait of %s seconds says %s', (retryAfterSeconds, words) => {
    const waiting = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    expect(written({ kind: 'rate-limited', host, ...waiting })).toContain(`Wait ${words} and`);
  });

  it('on TLS interception names the variable, as a line to paste', () => {
    expect(adviseOn(untrusted).hints).toContainEqual(
      expect.stringMatching(/^export NODE_EXTRA_CA_CERTS=\S+$/),
    );
  });

  it('on a web page speaks of the network that wants a sign-in', () => {
    expect(written({ kind: 'not-megallm', host, contentType: 'text/html' })).toMatch(/guest network/);
  });

  it('on a proxy speaks of its variable', () => {
    expect(written(unreachable('proxy', 'ECONNREFUSED'))).toMatch(/HTTPS_PROXY[\s\S]*NO_PROXY/);
  });

  it.each([
    [3600, /clock is 60 minutes fast/],
    [-7200, /clock is 2 hours slow/],
  ])('with a clock that is %i seconds off says so', (clockSkewSeconds, words) => {
    for (const failure of failures) {
      expect(adviseOn(failure, { clockSkewSeconds }).hints.at(-1)).toMatch(words);
    }
  });

  it.each([undefined, 0, 299, -299])('with a clock that is %s seconds off does not', (clockSkewSeconds) => {
    for (const failure of failures) {
      expect(adviseOn(failure, { clockSkewSeconds })).toEqual(adviseOn(failure));
    }
  });

  it('becomes an error', () => {
    const [failure] = failures;
    const error = failure && toError(failure);
    expect(error).toBeInstanceOf(MegallmError);
    expect(error).toMatchObject(failure ? { ...adviseOn(failure) } : {});
  });
});
