import { listOrganisations } from '../api/account.ts';
import type { Organisation } from '../api/shapes.ts';
import { MegallmError } from '../errors.ts';
import type { HttpClient } from '../system/http.ts';
import type { Prompts } from '../terminal/prompts.ts';
import { toError } from '../verifier/advice.ts';
import { type OrganisationRecord, toOrganisationRecord } from './organisation.ts';
import type { Profiles } from './profiles.ts';
import type { PresentKey } from './switch-organisation.ts';

/** The organisation that is named, or that the person chooses. Throws `usage` for one that the account is not in. */
export async function chooseOtherOrganisation(
  { http, profiles, prompts }: { http: HttpClient; profiles: Profiles; prompts: Prompts },
  { key, profile, service, organisation }: PresentKey,
  id: string | undefined,
): Promise<OrganisationRecord> {
  const kept = [organisation, ...profiles.read(profile).organisationKeys.map((other) => other.organisation)];
  const listed = await listOrganisations(http, service, key);
  if (listed.kind !== 'ok') {
    const known = kept.find((one) => one.id === id);
    if (known) return known;
    throw toError(listed);
  }
  const found = listed.value.find((one) => one.id === id);
  if (found) return toOrganisationRecord(found);
  if (id !== undefined) throw notAMember(id, listed.value);
  const choices = listed.value.map(toOrganisationRecord).map((value) => {
    const isKept = kept.some((one) => one.id === value.id) && 'key stored';
    const standing = value.id === organisation.id ? 'in use' : isKept;
    return { value, label: value.name, detail: [value.id, standing].filter(Boolean).join(' · ') };
  });
  return prompts.choose('Which organisation?', choices, whichOrganisation);
}

export function whichOrganisation(): MegallmError {
  return new MegallmError('usage', 'Say which organisation: megallm switch-org ID', ['megallm orgs']);
}

function notAMember(id: string, all: readonly Organisation[]): MegallmError {
  return new MegallmError('usage', `The account is in no organisation with the id ${JSON.stringify(id)}.`, [
    ...all.slice(0, 10).map((one) => `megallm switch-org ${one.id}   (${one.name ?? one.id})`),
    ...(all.length > 10 ? ['megallm orgs   (for the others)'] : []),
  ]);
}
