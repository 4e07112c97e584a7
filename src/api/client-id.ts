import type { Variables } from '../system/machine.ts';

export const clientIdVariable = 'MEGALLM_CLI_CLIENT_ID';

/** The public client that megallm signs in and revokes as (OAuth); `MEGALLM_CLI_CLIENT_ID` overrides it. */
export function clientId(env: Variables): string {
  return env[clientIdVariable] || 'mega_pub_cea180dfca';
}
