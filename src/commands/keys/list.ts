import type { Context } from '../../context.ts';
import { type AccountKey, listAccountKeys } from '../../credentials/account-keys.ts';
import type { Report } from '../../terminal/output.ts';
import type { Table } from '../../terminal/table.ts';
import type { Line } from '../../terminal/theme.ts';
import { localDate, localTime } from '../../terminal/times.ts';

/** The account's keys: which one is in use, and when each expires. */
export async function run(context: Context, { org }: { readonly org?: string }): Promise<Report> {
  const active = await context.keys.active(context.namedProfile);
  const { keys, complete } = await listAccountKeys(await context.http(), active, org);
  const data = { profile: active.profile, keys, complete };
  return { data, table: toTable(keys), talk: [...remarks(keys), ...(complete ? [] : [incomplete])] };
}

function toTable(keys: readonly AccountKey[]): Table {
  const several = new Set(keys.map(({ organisation }) => organisation)).size > 1;
  return {
    columns: [
      { title: 'Name', inNoRoom: 'cut' },
      { title: 'Key' },
      { title: 'Expires' },
      { title: 'Id' },
      ...(several ? [{ title: 'Organisation', inNoRoom: 'left-out' } as const] : []),
      { title: 'Created', inNoRoom: 'left-out' },
    ],
    rows: keys.map(({ active, name, prefix, expiresAt, expiry, id, organisation, createdAt }) => ({
      mark: active ? 'ok' : undefined,
      cells: [
        { text: name ?? '' },
        { text: prefix === undefined ? '' : `${prefix.slice(0, 12)}…` },
        { text: expiresAt === undefined ? 'never' : localTime(expiresAt), mark: expiryMark(expiry) },
        { text: id },
        ...(several ? [{ text: organisation ?? '' }] : []),
        { text: createdAt === undefined ? '' : localDate(createdAt) },
      ],
    })),
  };
}

function expiryMark(expiry: AccountKey['expiry']): 'fail' | 'warn' | undefined {
  if (expiry === 'expired') return 'fail';
  return expiry === 'soon' ? 'warn' : undefined;
}

function remarks(keys: readonly AccountKey[]): Line[] {
  const count = (expiry: AccountKey['expiry']) => keys.filter((key) => key.expiry === expiry).length;
  const [expired, soon] = [count('expired'), count('soon')];
  const facts = [
    `${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`,
    ...(soon > 0 ? [`${soon} ${soon === 1 ? 'expires' : 'expire'} within 14 days`] : []),
    ...(expired > 0 ? [`${expired} expired`] : []),
  ];
  return [{ label: facts.join(', ') }];
}

const incomplete: Line = {
  mark: 'warn',
  label: 'The list goes on',
  detail: 'the service did not end it in time; these are not all',
};
