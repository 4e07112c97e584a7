import type { Answer } from './answers.ts';
import type { AuthorizationCodes } from './authorization-codes.ts';
import type { DeviceGrants } from './device-grants.ts';
import type { Model } from './models.ts';
import type { RecordedRequest } from './requests.ts';
import type { KeyRegistry } from './state.ts';
import type { Switches } from './switches.ts';

/** All that the service knows; handlers get it with every request. */
export interface World {
  readonly url: string;
  readonly otherOriginUrl: string;
  readonly switches: Switches;
  readonly keys: KeyRegistry;
  readonly models: readonly Model[];
  readonly devices: DeviceGrants;
  readonly codes: AuthorizationCodes;
}

export interface Exchange {
  readonly request: RecordedRequest;
  readonly url: URL;
  readonly world: World;
  /** Aborted when the client has left or the sandbox has closed. */
  readonly gone: AbortSignal;
}

export type Handler = (exchange: Exchange) => Answer | Promise<Answer>;

/** `METHOD /path` to handler; a `*` stands for one last path segment. */
export type Routes = Readonly<Record<string, Handler>>;
