import { listOrganisations } from '../api/account.ts';
import type { CallOptions } from '../api/call.ts';
import type { ApiFailure, ApiResult, Broken, NotMegallm, Unreachable } from '../api/failure.ts';
import { listKeys } from '../api/key-list.ts';
import type { ListedKey, Organisation } from '../api/shapes.ts';
import type { Profile } from '../credentials/profiles.ts';
import type { ActiveKey } from '../credentials/store.ts';
import type { HttpClient } from '../system/http.ts';
import type { Connection } from '../system/http-connection.ts';
import { type VerificationReport, verify } from '../verifier/verify.ts';
import type { CheckResult } from './check.ts';

/** What the service says about the active key, and how it was reached. */
export interface ServiceAnswers {
  readonly verification: Promise<VerificationReport>;
  readonly organisations: Promise<ApiResult<readonly Organisation[]>>;
  /** Of the saved organisation, and whatever the service lists when it is not told of any. */
  readonly keys: Promise<ApiResult<readonly ListedKey[]>>;
  /** Those that all of it was asked over: complete when it is answered. */
  readonly connections: readonly Connection[];
}

const deadlineMs = 10_000;

/** Asks everything at once, so that it takes one request's time; longer only where a list has several pages. */
export function askService(
  http: HttpClient,
  active: Pick<ActiveKey, 'key' | 'service'>,
  organisation: Profile['organisation'],
  connections: readonly Connection[],
): ServiceAnswers {
  const { key, service } = active;
  // Of all pages of a list together too.
  const options = { deadlineMs, signal: AbortSignal.timeout(deadlineMs) };
  const answers = {
    verification: verify(http, service, key, options),
    organisations: listOrganisations(http, service, key, options),
    keys: listedKeys(http, active, organisation?.id, options),
  };
  // A check that waits for one of them may give up before it looks at the others.
  for (const answer of Object.values(answers)) answer.catch(() => undefined);
  return { ...answers, connections };
}

async function listedKeys(
  http: HttpClient,
  { key, service }: Pick<ActiveKey, 'key' | 'service'>,
  org: string | undefined,
  options: CallOptions,
): Promise<ApiResult<readonly ListedKey[]>> {
  const [all, ofOrganisation] = await Promise.all([
    listKeys(http, service, key, options),
    org === undefined ? undefined : listKeys(http, service, key, { ...options, org }),
  ]);
  const own =
    ofOrganisation?.kind === 'ok'
      ? ofOrganisation.value.keys.map((one) => ({ ...(org && { org }), ...one }))
      : [];
  if (all.kind !== 'ok') return ofOrganisation?.kind === 'ok' ? { kind: 'ok', value: own } : all;
  const ids = new Set(own.map(({ id }) => id));
  return { kind: 'ok', value: [...own, ...all.value.keys.filter(({ id }) => !ids.has(id))] };
}

/** Nobody answered, or something that is not MegaLLM, or not in order: it says nothing about what was asked. */
export type NoAnswer = Unreachable | Broken | NotMegallm;

export function isNoAnswer(result: { readonly kind: string }): result is NoAnswer {
  return ['unreachable', 'broken', 'not-megallm'].includes(result.kind);
}

/** What a check says that is about more than the key, when that did not pass. */
export function skipped({ bearer }: VerificationReport): CheckResult | undefined {
  if (bearer.kind === 'accepted') return undefined;
  return {
    status: 'skip',
    detail: isNoAnswer(bearer) ? 'the service was not reached' : 'the key itself did not pass',
  };
}

/** Why something is not known, as a detail. */
export function whyUnknown(failure: ApiFailure): string {
  if (isNoAnswer(failure)) return 'the service did not answer this';
  if (failure.kind === 'unauthorized' || failure.kind === 'forbidden') return 'this key may not ask for it';
  if (failure.kind === 'rate-limited') return 'the service limits the rate of requests';
  return `the service does not tell (${failure.status})`;
}
