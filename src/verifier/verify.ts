import { userinfoRequest } from '../api/account.ts';
import type { ServiceAddress } from '../api/address.ts';
import { type ApiRequest, type CallOptions, call, defaultDeadlineMs } from '../api/call.ts';
import { emptyMessageRequest, modelsRequest } from '../api/gateway.ts';
import type { Identity, Model } from '../api/shapes.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import { type Heard, type HeardSoFar, hear, judgeApiKey, judgeBearer } from './judge.ts';
import type { Verification } from './verification.ts';

/** What the service made of a key. */
export interface VerificationReport {
  /** The key as `Authorization: Bearer`: what decides. */
  readonly bearer: Verification;
  /** The key as `x-api-key`, as Anthropic-format clients send it; a refusal here alone is a warning. */
  readonly anthropic: Verification | 'not-served';
  /** What the key can use; there when `bearer` is accepted. */
  readonly models?: readonly Model[];
  /** Whose key it is, where the web app tells. */
  readonly identity?: Identity;
  /** This machine's clock minus the service's: positive when ours is fast. `undefined`: the service sent no date. */
  readonly clockSkewSeconds?: number;
}

/** How long what does not decide may still take, once the outcome is known; as long again as that took, if longer. */
const leastGraceMs = 2000;

/**
 * Asks the service about a key: everything at once, so that it takes one request's time, under one deadline. What is
 * still under way when all that is reported is known is given up.
 * Throws the MegallmErrors of `HttpClient.send` alone: `usage` for a key no header can carry, `cancelled`.
 */
export async function verify(
  client: HttpClient,
  address: ServiceAddress,
  key: Secret,
  { deadlineMs = defaultDeadlineMs, signal }: CallOptions = {},
): Promise<VerificationReport> {
  const soFar: HeardSoFar = {};
  const stop = new AbortController();
  const cancel = () => stop.abort(signal?.reason);
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  const started = performance.now();
  let grace: NodeJS.Timeout | undefined;
  let result: VerificationReport | undefined;

  const ask = async (name: keyof HeardSoFar, request: ApiRequest) => {
    const headers = { ...request.headers, 'x-debug-auth': 'true' };
    const answer = await call(client, { ...request, headers }, { deadlineMs, signal: stop.signal });
    if (result !== undefined) return;
    hear(soFar, name, answer, key);
    result = conclude(soFar);
    if (result !== undefined) stop.abort(givenUp());
    else if (grace === undefined && isSettled(soFar)) {
      const rest = Math.max(leastGraceMs, performance.now() - started);
      grace = setTimeout(() => stop.abort(givenUp()), rest);
    }
  };

  try {
    await Promise.all([
      ask('models', modelsRequest(address, key)),
      ask('anonymousModels', modelsRequest(address, undefined)),
      ask('userinfo', userinfoRequest(address, key)),
      ask('messages', emptyMessageRequest(address, key, 'bearer')),
      ask('apiKeyMessages', emptyMessageRequest(address, key, 'x-api-key')),
    ]);
  } finally {
    clearTimeout(grace);
    signal?.removeEventListener('abort', cancel);
    stop.abort(givenUp());
  }
  if (result === undefined) throw new Error('Every answer is there, and no outcome.');
  return result;
}

/** The whole result, as soon as nothing that it reports is missing. */
function conclude(soFar: HeardSoFar): VerificationReport | undefined {
  const bearer = judgeBearer(soFar);
  const anthropic = bearer && judgeApiKey(soFar, bearer);
  if (bearer === undefined || anthropic === undefined) return undefined;
  const clockSkewSeconds = clockSkew(soFar);
  const common = { bearer, anthropic, ...(clockSkewSeconds !== undefined && { clockSkewSeconds }) };
  if (bearer.kind !== 'accepted') return common;
  const { models, userinfo } = soFar;
  if (userinfo === undefined) return undefined;
  return {
    ...common,
    ...(models?.result.kind === 'ok' && { models: models.result.value }),
    ...(userinfo.result.kind === 'ok' && { identity: userinfo.result.value }),
  };
}

/** Whether what is missing can change no success into a failure or back: only add to it. */
function isSettled(soFar: HeardSoFar): boolean {
  const bearer: Verification | undefined = judgeBearer(soFar);
  return bearer !== undefined || (soFar.models !== undefined && soFar.models.result.kind !== 'ok');
}

/** As `AbortSignal.timeout` does it, so that what is given up counts as not answered in time and not as cancelled. */
function givenUp(): DOMException {
  return new DOMException('Given up.', 'TimeoutError');
}

/** From the `Date` header, whose seconds are cut off. An answer out of a cache has the date of long ago. */
function clockSkew({
  models,
  messages,
  apiKeyMessages,
  anonymousModels,
  userinfo,
}: HeardSoFar): number | undefined {
  const all: readonly (Heard<unknown> | undefined)[] = [
    models,
    messages,
    apiKeyMessages,
    anonymousModels,
    userinfo,
  ];
  for (const one of all) {
    if (one?.answer.kind !== 'answer' || one.answer.headers.age !== undefined) continue;
    const theirs = Date.parse(one.answer.headers.date ?? '');
    // Plus nothing: that makes 0 of -0.
    if (!Number.isNaN(theirs)) return Math.trunc((one.answer.receivedAt - theirs - 500) / 1000) + 0;
  }
  return undefined;
}
