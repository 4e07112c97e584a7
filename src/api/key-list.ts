import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import type { ServiceAddress } from './address.ts';
import { type ApiAnswer, bearer, type CallOptions, call, defaultDeadlineMs } from './call.ts';
import { type ApiResult, notReached, readAnswer } from './failure.ts';
import { type ListedKey, member, readKeys, text } from './shapes.ts';

export interface KeyList {
  readonly keys: readonly ListedKey[];
  /** false: the service went on and on, and the rest was given up. */
  readonly complete: boolean;
}

/** Bounds against a service that never ends a list: far beyond what anybody has. */
const maxPages = 1000;
const maxKeys = 100_000;

/**
 * The keys of the key's owner, of one organisation or of all, every page of them. `deadlineMs` holds for each page; after
 * three times that no further page is asked for. Keys come once each, in the service's order.
 */
export async function listKeys(
  client: HttpClient,
  { web }: ServiceAddress,
  key: Secret,
  { org, deadlineMs = defaultDeadlineMs, signal }: CallOptions & { readonly org?: string } = {},
): Promise<ApiResult<KeyList>> {
  const first = new URL(`${web}/api/v1/keys`);
  if (org !== undefined) first.searchParams.set('org', org);
  const ends = performance.now() + 3 * deadlineMs;
  const found = new Map<string, ListedKey>();
  let url: URL | undefined = first;
  for (let page = 0; url !== undefined; page += 1) {
    if (page === maxPages || found.size > maxKeys || performance.now() > ends) return listed(found, false);
    const request = { method: 'GET', url: url.href, headers: bearer(key) } as const;
    const answer = await call(client, request, { deadlineMs, signal });
    if (answer.kind === 'failure') return notReached(answer);
    const keys = readAnswer(answer, key, readKeys);
    if (keys.kind !== 'ok') return keys;
    const before = found.size;
    for (const one of keys.value) if (!found.has(one.id)) found.set(one.id, one);
    // A page without anything new: the service does not know the parameter and starts over.
    url = found.size === before ? undefined : nextPage(answer, url);
  }
  return listed(found, true);
}

function listed(found: ReadonlyMap<string, ListedKey>, complete: boolean): ApiResult<KeyList> {
  return { kind: 'ok', value: { keys: [...found.values()], complete } };
}

/** How lists go on, none of it documented for this service: the member that says so and the parameter it goes into. */
const cursors: readonly (readonly [member: string, parameter: string])[] = [
  ['next_cursor', 'cursor'],
  ['nextCursor', 'cursor'],
  ['next_page_token', 'page_token'],
  ['nextPageToken', 'pageToken'],
  ['next_page', 'page'],
  ['nextPage', 'page'],
  ['next_offset', 'offset'],
];

/** Where the next page is; `undefined`: this was the last, or the next one is at another origin. */
function nextPage(answer: ApiAnswer, current: URL): URL | undefined {
  const { json, headers } = answer;
  const data = member(json, 'data');
  const places = [
    data,
    json,
    ...['pagination', 'meta', 'page', 'paging'].flatMap((name) => [member(data, name), member(json, name)]),
  ];
  for (const place of places) {
    const next = nextBy(place, current);
    if (next !== undefined) return next;
  }
  const link = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(headers.link ?? '')?.[1];
  return link === undefined ? undefined : sameOrigin(link, current);
}

function nextBy(place: unknown, current: URL): URL | undefined {
  if (member(place, 'has_more') === false) return undefined;
  for (const [name, parameter] of cursors) {
    const cursor = text(place, name);
    if (cursor !== undefined) return withParameter(current, parameter, cursor);
  }
  const next = text(place, 'next', 'next_url');
  if (next !== undefined && /^(https?:|[/?])/.test(next)) return sameOrigin(next, current);
  // OpenAI's and Anthropic's lists.
  const last = member(place, 'has_more') === true ? text(place, 'last_id') : undefined;
  if (last !== undefined) return withParameter(current, 'after', last);
  const [page, pages] = [Number(text(place, 'page')), Number(text(place, 'total_pages', 'pages'))];
  return page < pages ? withParameter(current, 'page', String(page + 1)) : undefined;
}

function withParameter(current: URL, name: string, value: string): URL {
  const url = new URL(current);
  url.searchParams.set(name, value);
  return url;
}

function sameOrigin(link: string, current: URL): URL | undefined {
  try {
    const url = new URL(link, current.href);
    return url.origin === current.origin ? url : undefined;
  } catch {
    return undefined;
  }
}
