import { defaultAddress } from '../api/address.ts';
import type { Draft } from '../changes/draft.ts';
import type { Insertions } from '../credentials/profiles.ts';
import type { IntegrationSetting } from './integration.ts';

/** What any link of the tool has put into its files. */
export function insertionsOf({ remembered }: IntegrationSetting, draft: Draft): readonly Insertions[] {
  return remembered(draft).flatMap(({ link }) => link?.insertions ?? []);
}

/** Whether a base URL is MegaLLM's, or one that a link has written; `suffix`: what the tool wants behind it. */
export function isOurGateway({ link, remembered }: IntegrationSetting, url: unknown, suffix = ''): boolean {
  const known = remembered().flatMap((location) => location.link ?? []);
  return [defaultAddress, link, ...known].some(({ gateway }) => url === `${gateway}${suffix}`);
}
