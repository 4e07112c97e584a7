import { defaultOrganisations, defaultUser, type Organisation, type User } from './state.ts';

/** What a test may change about the service while it runs: plain properties of the sandbox. */
export interface Switches {
  /** false: `POST /v1/responses` answers 404, as a gateway does that lacks it. */
  servesResponses: boolean;
  /** false: `x-api-key` alone is refused on `/v1/messages`, while Bearer passes. */
  acceptsApiKeyHeader: boolean;
  /** What `GET /oauth/authorize` sends the browser back with. */
  authorizeMode: 'approve' | 'deny' | 'wrong-state' | 'used-code';
  /** What becomes of a device code: a person (or `approveDevice`) decides, or it is decided at once. */
  deviceMode: 'ask' | 'approve' | 'deny';
  /** Seconds between polls, announced and enforced; fractions keep tests fast. */
  deviceInterval: number;
  /** `expires_in` of a device code, in seconds. */
  deviceLifetime: number;
  /** Which grant type redeems a device code; the other one is `unsupported_grant_type`. */
  deviceGrantType: 'literal' | 'standard';
  /** How many keys a list answers at once; undefined: all. The service's own paging is not documented. */
  keysPageSize: number | undefined;
  /** `keys` and `bare` are the shapes to be tolerated; `bare` has the short member names too, and no paging. */
  keyListShape: 'documented' | 'keys' | 'bare';
  /** OAuth clients that the service knows. */
  clientIds: string[];
  /** Who signs in. */
  user: User;
  /** The organisations of every user; the first one gets the keys that sign-in yields. */
  organisations: Organisation[];
}

export function defaultSwitches(): Switches {
  return {
    servesResponses: true,
    acceptsApiKeyHeader: true,
    authorizeMode: 'approve',
    deviceMode: 'ask',
    deviceInterval: 1,
    deviceLifetime: 600,
    deviceGrantType: 'literal',
    keysPageSize: undefined,
    keyListShape: 'documented',
    clientIds: ['mega_pub_cea180dfca'],
    user: defaultUser,
    organisations: defaultOrganisations(),
  };
}

/** Every key belongs to one, so a service without any could issue none. */
export function firstOrganisation({ organisations }: Switches): string {
  return organisations[0]?.org_id ?? 'org_none';
}
