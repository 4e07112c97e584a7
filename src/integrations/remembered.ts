import { defaultAddress } from '../api/address.ts';
import type { Draft } from '../changes/draft.ts';
import type { Insertions } from '../credentials/profiles.ts';
import type { IntegrationSetting } from './integration.ts';
import type { HelperCommand } from './own-command.ts';

/** What any link of the tool has put into its files. */
export function insertionsOf({ remembered }: IntegrationSetting, draft: Draft): readonly Insertions[] {
  return remembered(draft).flatMap(({ link }) => link?.insertions ?? []);
}

/**
 * What a tool may run to ask for the key: this megallm, and what links have written. Nothing else is run: a project's
 * settings come with its repository, and may name any program.
 */
export function ownCommands({ helper, remembered }: IntegrationSetting, draft?: Draft): HelperCommand[] {
  const written = remembered(draft).flatMap(({ link }) => (link?.command ? [link.command] : []));
  return [helper(), ...written];
}

/** Whether a base URL is MegaLLM's, or one that a link has written; `suffix`: what the tool wants behind it. */
export function isOurGateway({ link, remembered }: IntegrationSetting, url: unknown, suffix = ''): boolean {
  const known = remembered().flatMap((location) => location.link ?? []);
  return [defaultAddress, link, ...known].some(({ gateway }) => url === `${gateway}${suffix}`);
}
