import type { Broken, NotMegallm, RateLimited, Refused, Unreachable } from '../api/failure.ts';
import type { DebugAuth } from './debug-auth.ts';

export interface Accepted {
  readonly kind: 'accepted';
  /** Milliseconds that the request took which the key passed, connection included. */
  readonly latencyMs: number;
  readonly debug: DebugAuth;
}

/** What became of a key at the service. Only `accepted`, `unauthorized` and `forbidden` say anything about the key. */
export type Verification = Accepted | FailedVerification;

export type FailedVerification =
  | (Refused & { readonly debug: DebugAuth })
  | RateLimited
  | Unreachable
  | Broken
  | NotMegallm;
