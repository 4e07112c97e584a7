import { fetchIdentity } from '../api/account.ts';
import type { Context } from '../context.ts';
import type { Report } from '../terminal/output.ts';
import { toError } from '../verifier/advice.ts';

/** Whose key the active one is, as the service says. */
export async function run(context: Context): Promise<Report> {
  const { key, profile, source, why, service } = await context.keys.active(context.namedProfile);
  const identity = await fetchIdentity(await context.http(), service, key);
  if (identity.kind !== 'ok') throw toError(identity);
  const { email, name, subject } = identity.value;
  // The environment's key may be another organisation's.
  const organisation = source === 'environment' ? undefined : context.profiles.read(profile).organisation;
  return {
    data: { identity: identity.value, organisation: organisation ?? null, profile, source, key },
    lines: [
      { label: email ?? name ?? subject ?? 'unknown', detail: organisation?.name },
      {
        label: 'Key',
        detail: `${key} · ${source === 'environment' ? 'MEGALLM_API_KEY' : `profile ${profile}`}`,
        place: why,
      },
    ],
  };
}
