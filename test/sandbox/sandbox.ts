import type { DeviceGrant } from './device-grants.ts';
import type { World } from './exchange.ts';
import type { FaultPlan, Where } from './fault-plan.ts';
import type { Fault, FaultName } from './faults.ts';
import type { RecordedRequest } from './requests.ts';
import type { IssuedKey, KeyOptions } from './state.ts';
import { firstOrganisation, type Switches } from './switches.ts';

/** A running sandbox. Its switches are plain properties: `sandbox.servesResponses = false`. */
export interface Sandbox extends Switches {
  /** `http://127.0.0.1:PORT`: the gateway and the web app. */
  readonly url: string;
  /** Where cross-origin redirects lead. */
  readonly otherOriginUrl: string;
  readonly environment: { readonly MEGALLM_BASE_URL: string; readonly MEGALLM_WEB_URL: string };
  readonly requests: readonly RecordedRequest[];
  /** Every request that came to the other origin: none may carry a key. */
  readonly otherOriginRequests: readonly RecordedRequest[];
  /** Requests for which the API has no route (they are in `requests` too): a test expects none. */
  readonly unknownRequests: readonly RecordedRequest[];
  issueKey(options?: KeyOptions): IssuedKey;
  /** `count` more keys of the first organisation, for lists that are long. */
  addKeys(count: number): void;
  revokeKey(key: string): void;
  /** `expiresAt`: ISO 8601, past or to come. */
  setExpiry(key: string, expiresAt: string): void;
  /** The keys that the service accepts now: neither revoked nor expired. */
  liveKeys(): IssuedKey[];
  /** User codes that wait for a decision, oldest first. */
  pendingDevices(): string[];
  approveDevice(userCode: string): void;
  denyDevice(userCode: string): void;
  expireDevice(userCode: string): void;
  /** The next poll is told `slow_down`, however late it comes. */
  slowDownDevice(userCode: string): void;
  /** Replaces every fault with this one; `undefined` heals the service. `times`: how often, then no more. */
  setFault(fault: Fault | FaultName | undefined, where?: Where, times?: number): void;
  /** Puts one more fault inside those that are there: `setFault('echo')`, then `addFault('unauthorized')`. */
  addFault(fault: Fault | FaultName, where?: Where, times?: number): void;
  /** Ends at once, with every connection: hanging ones too. */
  close(): Promise<void>;
}

type Records = Pick<Sandbox, 'requests' | 'otherOriginRequests' | 'unknownRequests'>;

/** The handles that a test holds. The switches object itself becomes the sandbox, so that writing to it takes effect. */
export function sandboxHandles(
  world: World,
  faultPlan: FaultPlan,
  records: Records,
  close: () => Promise<void>,
): Sandbox {
  const { keys, switches, url, otherOriginUrl } = world;
  const issueKey = (options: KeyOptions = {}) =>
    keys.issue({ org: firstOrganisation(switches), user: switches.user, ...options });
  const handles: Omit<Sandbox, keyof Switches> = {
    url,
    otherOriginUrl,
    environment: { MEGALLM_BASE_URL: url, MEGALLM_WEB_URL: url },
    ...records,
    issueKey,
    addKeys(count) {
      for (let number = 1; number <= count; number += 1) issueKey({ name: `Key ${number}` });
    },
    revokeKey: (secret) => keys.revoke(issuedKey(world, secret)),
    setExpiry: (secret, expiresAt) => keys.setExpiry(issuedKey(world, secret), expiresAt),
    liveKeys: () => keys.live(),
    pendingDevices: () => world.devices.pending().map(({ userCode }) => userCode),
    approveDevice(userCode) {
      knownDevice(world, userCode).decision = 'approved';
    },
    denyDevice(userCode) {
      knownDevice(world, userCode).decision = 'denied';
    },
    expireDevice(userCode) {
      knownDevice(world, userCode).expiresAt = 0;
    },
    slowDownDevice(userCode) {
      knownDevice(world, userCode).slowDownNext = true;
    },
    setFault(fault, where, times) {
      faultPlan.clear();
      if (fault !== undefined) faultPlan.add(fault, where, times);
    },
    addFault: (fault, where, times) => faultPlan.add(fault, where, times),
    close,
  };
  return Object.assign(switches, handles);
}

function issuedKey({ keys }: World, secret: string): IssuedKey {
  const issued = keys.find(secret);
  if (issued === undefined) throw new Error('The sandbox never issued this key.');
  return issued;
}

function knownDevice(world: World, userCode: string): DeviceGrant {
  const grant = world.devices.byUserCode(userCode);
  if (grant === undefined) throw new Error(`The sandbox never gave out the user code ${userCode}.`);
  return grant;
}
