import { type Answer, json } from './answers.ts';
import { serviceError } from './errors.ts';
import type { Exchange, World } from './exchange.ts';
import { jsonObject } from './requests.ts';
import type { IssuedKey } from './state.ts';
import type { Switches } from './switches.ts';

type Shape = (keys: readonly IssuedKey[], nextCursor: string | undefined) => unknown;

const shapes: Readonly<Record<Switches['keyListShape'], Shape>> = {
  documented: (keys, next) => ({ data: { keys: keys.map(described), ...cursor(next) } }),
  keys: (keys, next) => ({ keys: keys.map(described), ...cursor(next) }),
  bare: (keys) => keys.map(({ id, name, prefix, org }) => ({ id, name, prefix, org_id: org })),
};

function cursor(next: string | undefined) {
  return next === undefined ? {} : { next_cursor: next };
}

/** A key as lists show it: never its secret. */
function described({ id, name, prefix, org, createdAt, expiresAt }: IssuedKey) {
  return {
    api_key_id: id,
    api_key_name: name,
    key_prefix: prefix,
    org_id: org,
    created_at: createdAt,
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
  };
}

/** `?org=ORG`, and `&cursor=` when paging is on: the cursor is the id of the last key of the page before. */
export function listKeys({ url, world }: Exchange, caller: IssuedKey): Answer {
  const org = url.searchParams.get('org');
  if (org !== null && !isMember(world, org)) return foreignOrganisation(org);
  const keys = world.keys
    .listed()
    .filter((key) => key.user.sub === caller.user.sub && (org === null || key.org === org));
  const { keysPageSize, keyListShape } = world.switches;
  const after = url.searchParams.get('cursor');
  const start = after === null ? 0 : keys.findIndex(({ id }) => id === after) + 1;
  if (after !== null && start === 0) return serviceError(400, 'invalid_cursor', 'Unknown cursor.');
  const end = keysPageSize === undefined || keyListShape === 'bare' ? keys.length : start + keysPageSize;
  const page = keys.slice(start, end);
  return json(200, shapes[keyListShape](page, end < keys.length ? page.at(-1)?.id : undefined));
}

export function createKey({ request, world }: Exchange, caller: IssuedKey): Answer {
  const body = jsonObject(request);
  if (body === undefined) return serviceError(400, 'invalid_json', 'The body is not a JSON object.');
  const { api_key_name: name, org_id: org, expires_at: expiresAt } = body;
  if (typeof name !== 'string' || name.trim() === '') {
    return serviceError(400, 'missing_name', 'api_key_name is required.');
  }
  if (typeof org !== 'string') return serviceError(400, 'missing_organisation', 'org_id is required.');
  if (!isMember(world, org)) return foreignOrganisation(org);
  if (expiresAt !== undefined && !(typeof expiresAt === 'string' && Date.parse(expiresAt) > Date.now())) {
    return serviceError(400, 'invalid_expiry', 'expires_at must be a time to come, in ISO 8601.');
  }
  const { scopes, user } = caller;
  const made = world.keys.issue({
    name,
    org,
    user,
    scopes,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  return json(201, { data: { api_key: made.key, ...described(made) } });
}

export function deleteKey({ url, world }: Exchange, caller: IssuedKey): Answer {
  const id = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  const key = world.keys.findListed(id);
  if (key === undefined || key.user.sub !== caller.user.sub) {
    return serviceError(404, 'key_not_found', 'There is no such key.');
  }
  world.keys.revoke(key);
  return json(200, { data: { api_key_id: id, deleted: true } });
}

function isMember(world: World, org: string): boolean {
  return world.switches.organisations.some(({ org_id }) => org_id === org);
}

function foreignOrganisation(org: string): Answer {
  return serviceError(403, 'foreign_organisation', `You are not a member of ${org}.`);
}
