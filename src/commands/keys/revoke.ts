import type { Context } from '../../context.ts';
import { type AccountKey, listAccountKeys } from '../../credentials/account-keys.ts';
import { detailsOf, findKey, isInUse, revokeListedKey } from '../../credentials/revoke-key.ts';
import { MegallmError } from '../../errors.ts';
import type { Report } from '../../terminal/output.ts';
import type { Line } from '../../terminal/theme.ts';

interface Options {
  readonly key?: string;
  readonly force?: boolean;
}

/** Revokes one of the account's keys. */
export async function run(context: Context, { key: idOrName = '', force = false }: Options): Promise<Report> {
  const { flags, keys, namedProfile, prompts } = context;
  const active = await keys.active(namedProfile);
  const http = await context.http();
  const listed = await listAccountKeys(http, active);
  const key = findKey(listed, idOrName);
  const inUse = isInUse(key, listed.keys, await keys.storedCopies(active.profile));
  if (inUse && !force) throw stillInUse(key, active.profile);
  const title = titleOf(key);
  const data = { profile: active.profile, id: key.id, name: key.name ?? null, active: key.active };
  if (flags.dryRun)
    return { data: { ...data, revoked: false }, talk: [{ label: 'Would revoke', detail: title }] };
  const noYes = () =>
    new MegallmError('usage', `Nobody can be asked whether to revoke ${title}.`, 'Add --yes.');
  if (!(await prompts.agree(`Revoke ${title}, with the key of profile ${active.profile}?`, noYes)))
    throw new MegallmError('cancelled', 'Not revoked; nothing was changed.');
  await revokeListedKey(http, active, key);
  const talk: Line[] = [
    { mark: 'ok', label: 'Key revoked', detail: title },
    ...(inUse ? [afterwards(active.profile)] : []),
  ];
  return { data: { ...data, revoked: true }, talk };
}

function titleOf(key: AccountKey): string {
  return `${key.name ?? 'the key without a name'} (${[key.id, detailsOf(key)].filter(Boolean).join(', ')})`;
}

function stillInUse(key: AccountKey, profile: string): MegallmError {
  return new MegallmError('refused', `${titleOf(key)} is in use here, by profile ${profile}.`, [
    'megallm keys rotate   (to replace it everywhere first)',
    'If it has to go all the same, add --force.',
  ]);
}

function afterwards(profile: string): Line {
  return {
    mark: 'warn',
    label: `Profile ${profile} has lost a key that it holds`,
    next: [
      `megallm logout --profile ${profile}   (to take it out of every place)`,
      `megallm login --profile ${profile}`,
    ],
  };
}
