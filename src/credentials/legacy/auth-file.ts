import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { MegallmError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import { readText } from '../../system/files.ts';
import { tryParseKey } from '../key.ts';
import type { Profile, Profiles } from '../profiles.ts';

/** Far more than megallm 3.1.0 ever wrote. */
const sizeLimit = 1024 * 1024;

/** The keys that megallm 3.1.0 keeps in plain text for a profile: `profiles/NAME/auth.json`. */
export interface AuthFile {
  readonly profile: string;
  readonly path: string;
  readonly key: Secret;
  readonly organisation?: Organisation;
  /** Those of the other organisations. */
  readonly organisationKeys: readonly { readonly organisation: Organisation; readonly key: Secret }[];
}

type Organisation = NonNullable<Profile['organisation']>;

/** `undefined` when there is none. Throws a MegallmError for one that 3.1.0 cannot have written. */
export function readAuthFile(profiles: Profiles, profile: string): AuthFile | undefined {
  const path = join(profiles.folderOf(profile), 'auth.json');
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (!status.isFile()) throw unfit(path, 'it is not a regular file');
  if (status.size > sizeLimit) throw unfit(path, 'it is too large');
  const record = objectIn(readText(path) ?? '');
  if (record === undefined) throw unfit(path, 'it is not a JSON object');
  const key = keyIn(record.apiKey);
  if (key === undefined) throw unfit(path, 'its apiKey is no MegaLLM key');
  const organisation = organisationOf(record.orgId, record.orgName);
  return {
    profile,
    path,
    key,
    ...(organisation && { organisation }),
    organisationKeys: otherKeys(path, record.keysByOrg).filter((other) => !other.key.equals(key)),
  };
}

function otherKeys(path: string, value: unknown): AuthFile['organisationKeys'] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) throw unfit(path, 'its keysByOrg is no object');
  return Object.entries(value).map(([id, entry]: [string, unknown]) => {
    const { api_key, org_name } = (entry ?? {}) as Record<string, unknown>;
    const [key, organisation] = [keyIn(api_key), organisationOf(id, org_name)];
    if (key && organisation) return { key, organisation };
    throw unfit(path, 'its keysByOrg holds what is no MegaLLM key');
  });
}

/** As it was written: what a person may have pasted around a key is not there in a file of a program's. */
function keyIn(value: unknown): Secret | undefined {
  const key = typeof value === 'string' ? tryParseKey(value) : undefined;
  return key?.reveal() === value ? key : undefined;
}

function organisationOf(id: unknown, name: unknown): Organisation | undefined {
  if (typeof id !== 'string' || id === '' || id.length > 128) return undefined;
  return { id, name: typeof name === 'string' && name !== '' ? name : id };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    // The parser's own message quotes the text, which may hold a key.
    return undefined;
  }
}

function unfit(path: string, reason: string): MegallmError {
  return new MegallmError('unparsable', `${path} is not as megallm 3.1.0 writes it: ${reason}.`, [
    `Look at it, and move it away: mv ${path} ${path}.old`,
  ]);
}
