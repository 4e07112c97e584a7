import { randomBytes, randomInt } from 'node:crypto';
import type { Switches } from './switches.ts';

export interface DeviceGrant {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly interval: number;
  readonly lifetime: number;
  expiresAt: number;
  decision: 'pending' | 'approved' | 'denied' | 'redeemed';
  lastPolledAt: number;
  slowDownNext: boolean;
}

export type PollOutcome =
  | 'approved'
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  | 'access_denied'
  | 'invalid_grant';

/** Timers may fire a little early; a client that keeps the interval must not be told to slow down for that. */
const toleranceMs = 5;

const decisions = { ask: 'pending', approve: 'approved', deny: 'denied' } as const;

/** The device codes that are out, RFC 8628. */
export class DeviceGrants {
  readonly #byDeviceCode = new Map<string, DeviceGrant>();

  open(clientId: string, scopes: readonly string[], switches: Switches): DeviceGrant {
    const grant: DeviceGrant = {
      deviceCode: randomBytes(24).toString('base64url'),
      userCode: newUserCode(),
      clientId,
      scopes,
      interval: switches.deviceInterval,
      lifetime: switches.deviceLifetime,
      expiresAt: Date.now() + switches.deviceLifetime * 1000,
      decision: decisions[switches.deviceMode],
      lastPolledAt: Number.NEGATIVE_INFINITY,
      slowDownNext: false,
    };
    this.#byDeviceCode.set(grant.deviceCode, grant);
    return grant;
  }

  /** People type codes in small letters and without the dash. */
  byUserCode(userCode: string): DeviceGrant | undefined {
    const wanted = bare(userCode);
    return [...this.#byDeviceCode.values()].find((grant) => bare(grant.userCode) === wanted);
  }

  pending(): DeviceGrant[] {
    return [...this.#byDeviceCode.values()].filter(({ decision }) => decision === 'pending');
  }

  /** The interval asked for is the announced one, also after `slow_down`: clients add their 5 s by themselves. */
  poll(deviceCode: string, clientId: string): { outcome: PollOutcome; grant?: DeviceGrant } {
    const grant = this.#byDeviceCode.get(deviceCode);
    if (grant === undefined || grant.clientId !== clientId) return { outcome: 'invalid_grant' };
    const now = performance.now();
    const early = now - grant.lastPolledAt < grant.interval * 1000 - toleranceMs;
    grant.lastPolledAt = now;
    if (grant.decision === 'redeemed') return { outcome: 'invalid_grant' };
    if (grant.expiresAt <= Date.now()) return { outcome: 'expired_token' };
    if (early || grant.slowDownNext) {
      grant.slowDownNext = false;
      return { outcome: 'slow_down' };
    }
    if (grant.decision === 'denied') return { outcome: 'access_denied' };
    if (grant.decision === 'pending') return { outcome: 'authorization_pending' };
    grant.decision = 'redeemed';
    return { outcome: 'approved', grant };
  }
}

/** Eight consonants, as RFC 8628 section 6.1 advises: no words, nothing to mistake. */
function newUserCode(): string {
  const letters = 'BCDFGHJKLMNPQRSTVWXZ';
  const code = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

function bare(userCode: string): string {
  return userCode.toUpperCase().replace(/[^A-Z]/g, '');
}
