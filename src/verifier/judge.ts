import type { ApiAnswer } from '../api/call.ts';
import {
  type ApiFailure,
  type ApiResult,
  failureOf,
  notMegallm,
  type Refused,
  readAnswer,
} from '../api/failure.ts';
import { type Identity, type Model, readIdentity, readModels } from '../api/shapes.ts';
import type { Secret } from '../secret.ts';
import type { HttpFailure } from '../system/http-failure.ts';
import { collectDebugAuth, type DebugAuth, mergeDebugAuth } from './debug-auth.ts';
import type { Accepted, FailedVerification, Verification } from './verification.ts';

/** One answer of the service, read. */
export interface Heard<Value> {
  readonly answer: ApiAnswer | HttpFailure;
  readonly result: ApiResult<Value>;
  readonly debug: DebugAuth;
}

/** The answers so far; each is missing while its request is under way. */
export interface HeardSoFar {
  models?: Heard<readonly Model[]>;
  /** The same request without a credential. */
  anonymousModels?: Heard<unknown>;
  userinfo?: Heard<Identity>;
  /** `POST /v1/messages` with `{}`, by Bearer. */
  messages?: Heard<true>;
  apiKeyMessages?: Heard<true>;
}

/** Puts `answer` under its `name`, read as what it should be. */
export function hear(
  soFar: HeardSoFar,
  name: keyof HeardSoFar,
  answer: ApiAnswer | HttpFailure,
  key: Secret,
): void {
  const debug = answer.kind === 'answer' ? collectDebugAuth(answer, key) : [];
  switch (name) {
    case 'models':
      soFar.models = { answer, debug, result: readAnswer(answer, key, readModels) };
      break;
    case 'userinfo':
      soFar.userinfo = { answer, debug, result: readAnswer(answer, key, readIdentity) };
      break;
    case 'anonymousModels':
      soFar.anonymousModels = { answer, debug, result: readAnswer(answer, key, (json) => ({ json })) };
      break;
    default:
      soFar[name] = { answer, debug, result: readMessages(answer, key) };
  }
}

/**
 * What counts as verified, api.md; `undefined` while answers that may decide are missing. A refusal counts whatever
 * else fails, and nothing that the web app alone fails at speaks against a key: it is another host than the gateway.
 */
export function judgeBearer(soFar: HeardSoFar): Verification | undefined {
  const { models } = soFar;
  if (models === undefined) return undefined;
  if (isRefusal(models.result)) return { ...models.result, debug: debugOf(soFar) };
  return models.result.kind === 'ok'
    ? judgeListed(models, soFar)
    : judgeUnlisted(models, models.result, soFar);
}

/** The gateway listed its models: that proves the key, unless it lists them to everybody. */
function judgeListed(models: Heard<unknown>, soFar: HeardSoFar): Verification | undefined {
  const { anonymousModels, userinfo, messages } = soFar;
  const accepted = accept(models, debugOf(soFar));
  if (userinfo?.result.kind === 'ok' || (anonymousModels && isClosed(anonymousModels))) return accepted;
  if (anonymousModels === undefined || userinfo === undefined) return undefined;
  if (userinfo.result.kind === 'unauthorized') return { ...userinfo.result, debug: userinfo.debug };
  if (messages === undefined) return undefined;
  if (isRefusal(messages.result)) return { ...messages.result, debug: messages.debug };
  // Without an answer to the request without a key, nothing says that the list is open to everybody.
  if (messages.result.kind === 'ok' || anonymousModels.result.kind !== 'ok') return accepted;
  return asVerification(messages.result, messages);
}

/** No list of models: a failure already, of which it is open only whether the key is refused as well. */
function judgeUnlisted(
  models: Heard<unknown>,
  failure: ApiFailure,
  { userinfo, messages }: HeardSoFar,
): Verification | undefined {
  if (userinfo === undefined || messages === undefined) return undefined;
  for (const other of [userinfo, messages]) {
    const { result } = other;
    // A sign-in page of the network may well answer 403 to a POST, and userinfo's 403 says nothing about the key.
    const decides = result.kind === 'unauthorized' || (other === messages && isRefusal(result));
    if (decides && isRefusal(result) && !result.isPage) return { ...result, debug: other.debug };
  }
  const { answer } = models;
  const missing = failure.kind === 'rejected' && (failure.status === 404 || failure.status === 405);
  return missing && answer.kind === 'answer' ? notMegallm(answer) : asVerification(failure, models);
}

/** `x-api-key` by itself. `bearer`: what became of the same key as Bearer. */
export function judgeApiKey(
  soFar: HeardSoFar,
  bearer: Verification,
): Verification | 'not-served' | undefined {
  const { apiKeyMessages: heard } = soFar;
  if (heard === undefined) return undefined;
  const { result, answer } = heard;
  // Where the body is looked at before the key, a key that is refused elsewhere gets its 400 too.
  if (result.kind === 'ok') return bearer.kind === 'unauthorized' ? bearer : accept(heard, heard.debug);
  if (answer.kind === 'answer' && [404, 405, 501].includes(answer.status)) return 'not-served';
  return asVerification(result, heard);
}

function accept({ answer }: Heard<unknown>, debug: DebugAuth): Accepted {
  return { kind: 'accepted', latencyMs: answer.kind === 'answer' ? Math.round(answer.latencyMs) : 0, debug };
}

function asVerification(failure: ApiFailure, { debug }: Heard<unknown>): FailedVerification {
  if (isRefusal(failure)) return { ...failure, debug };
  if (failure.kind !== 'rejected') return failure;
  const { code: _, ...rest } = failure;
  return { ...rest, kind: 'broken' };
}

/** Whether the models are kept from whoever sends no key. */
function isClosed({ result, answer }: Heard<unknown>): boolean {
  return answer.kind === 'answer' && (isRefusal(result) || result.kind === 'rejected');
}

function isRefusal(result: ApiResult<unknown>): result is Refused {
  return result.kind === 'unauthorized' || result.kind === 'forbidden';
}

/** Both gateway answers to the key as Bearer: the documented place of `X-Debug-Auth` is not the list of models. */
function debugOf({ models, messages }: HeardSoFar): DebugAuth {
  return mergeDebugAuth(models?.debug ?? [], messages?.debug ?? []);
}

/** 400 and 422 are what an empty object deserves once the key has passed. */
function readMessages(answer: ApiAnswer | HttpFailure, key: Secret): ApiResult<true> {
  const failure = failureOf(answer, key);
  const unacceptable = failure?.kind === 'rejected' && (failure.status === 400 || failure.status === 422);
  if (failure !== undefined && !unacceptable) return failure;
  if (answer.kind === 'answer' && !unacceptable && answer.json === undefined) return notMegallm(answer);
  return { kind: 'ok', value: true };
}
