import { listOrganisations } from '../api/account.ts';
import type { Context } from '../context.ts';
import type { Report } from '../terminal/output.ts';
import { toError } from '../verifier/advice.ts';

/** The organisations of the account: which one the profile's key is for, and which others it has a key for. */
export async function run(context: Context): Promise<Report> {
  const { key, profile, service, source } = await context.keys.active(context.namedProfile);
  const listed = await listOrganisations(await context.http(), service, key);
  if (listed.kind !== 'ok') throw toError(listed);
  const record = context.profiles.read(profile);
  // The environment's key may be another organisation's.
  const current = source === 'environment' ? undefined : record.organisation?.id;
  const organisations = listed.value.map((organisation) => ({
    ...organisation,
    current: organisation.id === current,
    storedKey:
      organisation.id === current ||
      record.organisationKeys.some(({ organisation: { id } }) => id === organisation.id),
  }));
  return {
    data: { profile, organisations },
    table: {
      columns: [
        { title: 'Organisation', inNoRoom: 'cut' },
        { title: 'Id' },
        { title: 'Role', inNoRoom: 'left-out' },
        { title: 'Key' },
      ],
      rows: organisations.map(({ id, name, role, current: isCurrent, storedKey }) => ({
        mark: isCurrent ? 'ok' : undefined,
        cells: [
          { text: name ?? id },
          { text: id },
          { text: role ?? '' },
          { text: (isCurrent && 'in use') || (storedKey && 'stored') || '' },
        ],
      })),
    },
    talk: organisations.length > 0 ? [] : [{ label: 'The account is in no organisation' }],
  };
}
