import { describe, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../src/api/call.ts';
import { Secret } from '../../../src/secret.ts';
import { type HttpFailureCause, httpFailure } from '../../../src/system/http-failure.ts';
import { type HeardSoFar, hear, judgeApiKey, judgeBearer } from '../../../src/verifier/judge.ts';

const key = new Secret(`sk-mega-${'a'.repeat(64)}`);

type Said = number | 'page' | 'page 403' | 'page 401' | 'other' | 'redirect' | HttpFailureCause;

/** An answer by its status, or what else came. A 200 is of the shape that the request asks for. */
function answer(said: Said, json: unknown) {
  if (typeof said === 'number') return made(said, said === 200 ? json : {});
  if (said.startsWith('page')) return made(Number(said.slice(5) || 200), undefined, true);
  if (said === 'other') return made(200, { hello: 'world' });
  if (said === 'redirect') return made(302, undefined);
  return httpFailure(said as HttpFailureCause, 'h:443', 'detail');
}

function made(status: number, json: unknown, isPage = false): ApiAnswer {
  const headers = { 'content-type': isPage ? 'text/html' : 'application/json' };
  return { kind: 'answer', status, headers, json, isPage, host: 'h', latencyMs: 12.4, receivedAt: 0 };
}

const shapes: Record<keyof HeardSoFar, unknown> = {
  models: { data: [{ id: 'gpt-4' }] },
  anonymousModels: { data: [{ id: 'gpt-4' }] },
  userinfo: { sub: 'u1' },
  messages: { id: 'msg' },
  apiKeyMessages: { id: 'msg' },
};

function heard(said: Partial<Record<keyof HeardSoFar, Said>>): HeardSoFar {
  const soFar: HeardSoFar = {};
  for (const [name, what] of Object.entries(said) as [keyof HeardSoFar, Said][]) {
    hear(soFar, name, answer(what, shapes[name]), key);
  }
  return soFar;
}

type Row = [models: Said, anonymous: Said, userinfo: Said, messages: Said, kind: string | undefined];

describe('a key as Bearer', () => {
  it.each<Row>([
    // The models are kept from whoever has no key: their list proves it, whatever the rest says.
    [200, 401, 200, 400, 'accepted'],
    [200, 403, 401, 401, 'accepted'],
    [200, 401, 'dns', 404, 'accepted'],
    [200, 404, 500, 'timeout', 'accepted'],
    // Models for everybody: userinfo decides.
    [200, 200, 200, 400, 'accepted'],
    [200, 200, 200, 401, 'accepted'],
    [200, 200, 401, 400, 'unauthorized'],
    // Where userinfo says nothing, the messages decide.
    [200, 200, 403, 400, 'accepted'],
    [200, 200, 404, 422, 'accepted'],
    [200, 200, 404, 200, 'accepted'],
    [200, 200, 'page', 400, 'accepted'],
    [200, 200, 'other', 400, 'accepted'],
    [200, 200, 'redirect', 400, 'accepted'],
    [200, 200, 'refused', 400, 'accepted'],
    [200, 200, 500, 400, 'accepted'],
    [200, 200, 429, 400, 'accepted'],
    [200, 200, 403, 401, 'unauthorized'],
    [200, 200, 404, 403, 'forbidden'],
    [200, 200, 'dns', 401, 'unauthorized'],
    // Where they say nothing either, nothing is proven.
    [200, 200, 404, 429, 'rate-limited'],
    [200, 200, 404, 500, 'broken'],
    [200, 200, 404, 404, 'broken'],
    [200, 200, 404, 'reset', 'unreachable'],
    [200, 200, 404, 'page', 'not-megallm'],
    // Whether the models are for everybody is not known: refusals count, and nothing else speaks against the list.
    [200, 429, 404, 429, 'accepted'],
    [200, 'timeout', 'timeout', 'timeout', 'accepted'],
    [200, 500, 401, 400, 'unauthorized'],
    [200, 500, 404, 401, 'unauthorized'],
    // Refused at once.
    [401, 401, 200, 400, 'unauthorized'],
    [403, 401, 200, 400, 'forbidden'],
    ['page 403', 401, 200, 400, 'forbidden'],
    // No models: a failure, unless the key is refused elsewhere.
    [429, 429, 200, 400, 'rate-limited'],
    [500, 500, 200, 400, 'broken'],
    [418, 401, 200, 400, 'broken'],
    [404, 404, 200, 400, 'not-megallm'],
    ['page', 'page', 'page', 'page', 'not-megallm'],
    ['other', 'other', 'other', 'other', 'not-megallm'],
    ['redirect', 'redirect', 'redirect', 'redirect', 'not-megallm'],
    ['invalid', 'invalid', 'invalid', 'invalid', 'not-megallm'],
    ['too-large', 401, 200, 400, 'not-megallm'],
    ['dns', 'dns', 'dns', 'dns', 'unreachable'],
    ['tls', 'tls', 200, 'tls', 'unreachable'],
    [429, 429, 401, 429, 'unauthorized'],
    [500, 500, 404, 401, 'unauthorized'],
    ['reset', 'reset', 'reset', 403, 'forbidden'],
    [500, 500, 403, 500, 'broken'],
    // A network's sign-in page refuses whatever is sent to it.
    ['page', 'page', 'page 401', 'page 403', 'not-megallm'],
  ])(
    'models %s, without a key %s, userinfo %s, messages %s: %s',
    (models, anonymousModels, userinfo, messages, kind) => {
      expect(judgeBearer(heard({ models, anonymousModels, userinfo, messages }))?.kind).toBe(kind);
    },
  );

  it.each<[Partial<Record<keyof HeardSoFar, Said>>, string | undefined]>([
    [{}, undefined],
    [{ userinfo: 401, messages: 401, anonymousModels: 401 }, undefined],
    [{ models: 401 }, 'unauthorized'],
    [{ models: 200 }, undefined],
    [{ models: 200, anonymousModels: 401 }, 'accepted'],
    [{ models: 200, userinfo: 200 }, 'accepted'],
    [{ models: 200, userinfo: 401 }, undefined],
    [{ models: 200, anonymousModels: 200 }, undefined],
    [{ models: 200, anonymousModels: 200, userinfo: 401 }, 'unauthorized'],
    [{ models: 200, anonymousModels: 200, userinfo: 404 }, undefined],
    [{ models: 200, anonymousModels: 200, messages: 400 }, undefined],
    [{ models: 500 }, undefined],
    [{ models: 500, userinfo: 200 }, undefined],
  ])('is judged as soon as it is certain: %j: %s', (said, kind) => {
    expect(judgeBearer(heard(said))?.kind).toBe(kind);
  });

  it('is accepted with the time that the models took', () => {
    expect(judgeBearer(heard({ models: 200, anonymousModels: 401 }))).toEqual({
      kind: 'accepted',
      latencyMs: 12,
      debug: [],
    });
  });
});

describe('a key as x-api-key', () => {
  it.each<[Said, string]>([
    [400, 'accepted'],
    [422, 'accepted'],
    [200, 'accepted'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-served'],
    [405, 'not-served'],
    [501, 'not-served'],
    ['page 403', 'forbidden'],
    ['page', 'not-megallm'],
    ['redirect', 'not-megallm'],
    [429, 'rate-limited'],
    [500, 'broken'],
    [409, 'broken'],
    ['tls', 'unreachable'],
  ])('%s: %s', (apiKeyMessages, expected) => {
    const soFar = heard({ models: 200, anonymousModels: 401, apiKeyMessages });
    const bearer = judgeBearer(soFar);
    const outcome = bearer && judgeApiKey(soFar, bearer);
    expect(typeof outcome === 'object' ? outcome.kind : outcome).toBe(expected);
  });

  it('is not accepted because the body was looked at before the key', () => {
    const soFar = heard({ models: 401, apiKeyMessages: 400 });
    const bearer = judgeBearer(soFar);
    expect(bearer && judgeApiKey(soFar, bearer)).toBe(bearer);
  });

  it('is not judged before it is heard', () => {
    const soFar = heard({ models: 401 });
    const bearer = judgeBearer(soFar);
    expect(bearer && judgeApiKey(soFar, bearer)).toBeUndefined();
  });
});
