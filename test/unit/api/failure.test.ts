import { describe, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../src/api/call.ts';
import { failureOf, readAnswer } from '../../../src/api/failure.ts';
import { Secret } from '../../../src/secret.ts';

const key = new Secret(`sk-mega-${'a'.repeat(64)}`);

function answer(status: number, more: Partial<ApiAnswer> = {}): ApiAnswer {
  const headers = { 'content-type': 'application/json' };
  return {
    kind: 'answer',
    status,
    headers,
    json: {},
    isPage: false,
    host: 'h',
    latencyMs: 1,
    receivedAt: 0,
    ...more,
  };
}

const page = { headers: { 'content-type': 'text/html; charset=utf-8' }, json: undefined, isPage: true };

describe('an answer', () => {
  it.each([
    [200, undefined],
    [204, undefined],
    [302, 'not-megallm'],
    [304, 'not-megallm'],
    [400, 'rejected'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'rejected'],
    [407, 'unreachable'],
    [409, 'rejected'],
    [429, 'rate-limited'],
    [500, 'broken'],
    [503, 'broken'],
    [511, 'not-megallm'],
  ])('of %i is %s', (status, kind) => {
    expect(failureOf(answer(status), key)?.kind).toBe(kind);
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-megallm'],
    [429, 'rate-limited'],
    [502, 'broken'],
  ])('of %i that is a web page is %s', (status, kind) => {
    expect(failureOf(answer(status, page), key)?.kind).toBe(kind);
  });

  it('that is a web page is told from one of the service', () => {
    expect(failureOf(answer(403, page), key)).toMatchObject({ kind: 'forbidden', isPage: true });
    expect(failureOf(answer(404, page), key)).toEqual({
      kind: 'not-megallm',
      host: 'h',
      status: 404,
      contentType: 'text/html',
    });
  });

  it.each([
    [{ error: { message: 'No.', type: 't', code: 'c' } }, 'No.', 'c'],
    [{ error: { message: 'No.', type: 't' } }, 'No.', 't'],
    [{ message: 'No.' }, 'No.', undefined],
    [{ error: 'No way at all.' }, 'No way at all.', undefined],
    [{ error: 'access_denied', error_description: 'No.' }, 'No.', 'access_denied'],
    [{ error: 'slow_down' }, 'slow_down', 'slow_down'],
    [{ detail: 'No.' }, 'No.', undefined],
    [{ error: { message: { deep: 1 } } }, undefined, undefined],
    [{ error: { code: key.reveal() } }, undefined, undefined],
    ['No.', undefined, undefined],
    [null, undefined, undefined],
  ])('%j says %j', (json, message, code) => {
    const failure = failureOf(answer(400, { json }), key);
    expect([
      failure?.kind,
      (failure as { message?: string }).message,
      (failure as { code?: string }).code,
    ]).toEqual(['rejected', message, code]);
  });

  it('does not show the key that it echoes', () => {
    const json = { error: { message: `Bad key ${key.reveal()}\u001B[31m` } };
    const headers = { 'x-request-id': `req-${key.reveal()}` };
    expect(failureOf(answer(401, { json, headers }), key)).toMatchObject({
      message: `Bad key ${key}`,
      requestId: `req-${key}`,
    });
  });

  it.each([
    ['2', 2],
    [' 120 ', 120],
    ['1.2', 2],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 60],
    ['Wed, 31 Dec 1969 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['99999999999999999999', undefined],
    ['', undefined],
  ])('with Retry-After %j is to be repeated after %s seconds', (value, seconds) => {
    const failure = failureOf(answer(429, { headers: { 'retry-after': value } }), key);
    expect(failure).toEqual({
      kind: 'rate-limited',
      host: 'h',
      ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    });
  });

  it('counts a date of Retry-After from its own', () => {
    const headers = {
      'retry-after': 'Wed, 02 Jan 2030 03:05:35 GMT',
      date: 'Wed, 02 Jan 2030 03:04:05 GMT',
    };
    expect(failureOf(answer(429, { headers }), key)).toMatchObject({ retryAfterSeconds: 90 });
  });

  it('of another shape than asked for is not the service', () => {
    expect(readAnswer(answer(200), key, () => undefined)).toMatchObject({ kind: 'not-megallm', status: 200 });
    expect(readAnswer(answer(200), key, () => 7)).toEqual({ kind: 'ok', value: 7 });
  });
});

describe('no answer', () => {
  it.each(['dns', 'refused', 'tls', 'timeout', 'proxy', 'reset'] as const)('because of %s', (cause) => {
    expect(failureOf({ kind: 'failure', cause, host: 'h:1', detail: 'd' }, key)).toEqual({
      kind: 'unreachable',
      cause,
      host: 'h:1',
      detail: 'd',
    });
  });

  it.each(['invalid', 'too-large'] as const)('that is %s: not the service', (cause) => {
    expect(failureOf({ kind: 'failure', cause, host: 'h:1', detail: 'd' }, key)).toEqual({
      kind: 'not-megallm',
      host: 'h:1',
    });
  });
});
