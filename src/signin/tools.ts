import type { ServiceAddress } from '../api/address.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import type { Output } from '../terminal/output.ts';

/** What both ways of signing in work with. */
export interface SignInTools {
  readonly http: HttpClient;
  readonly output: Output;
  readonly service: ServiceAddress;
  readonly clientId: string;
  /** Aborted when the person has had enough. */
  readonly signal: AbortSignal;
  /** Aborted a little later: by then a key that is on its way should be here. */
  readonly lateSignal: AbortSignal;
}

/** Verifies and stores a new key. */
export type Keep<T> = (key: Secret) => Promise<T>;
