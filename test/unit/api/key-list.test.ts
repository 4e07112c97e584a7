import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listKeys } from '../../../src/api/key-list.ts';
import { Secret } from '../../../src/secret.ts';
import { createHttpClient } from '../../../src/system/http.ts';
import { startSandbox } from '../../sandbox/service.ts';

const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

function clientOf() {
  const client = createHttpClient({ env: {}, userAgent: 'test' });
  open.push(() => client.close());
  return client;
}

const key = new Secret(`sk-mega-${'a'.repeat(64)}`);

/** A service of five keys that answers two at a time, as `page` writes it; `start` is the number of the first one. */
async function paged(
  page: (keys: { id: string }[], next: number | undefined, url: URL) => { json: unknown; link?: string },
  startOf: (url: URL) => number,
) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`);
    asked.push(url.search);
    const start = startOf(url);
    const keys = [0, 1, 2, 3, 4].slice(start, start + 2).map((number) => ({ id: `k${number}` }));
    const { json, link } = page(keys, start + 2 < 5 ? start + 2 : undefined, url);
    response.writeHead(200, link === undefined ? {} : { link }).end(JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const web = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, listed: await listKeys(clientOf(), { gateway: web, web }, key, { org: 'o 1' }) };
}

const number = (url: URL, name: string, fallback = 0) => Number(url.searchParams.get(name) ?? fallback);
const all = {
  kind: 'ok',
  value: { keys: ['k0', 'k1', 'k2', 'k3', 'k4'].map((id) => ({ id })), complete: true },
};

describe('pages', () => {
  it.each<[string, Parameters<typeof paged>[0], Parameters<typeof paged>[1]]>([
    [
      'by next_cursor in data',
      (keys, next) => ({ json: { data: { keys, next_cursor: next } } }),
      (url) => number(url, 'cursor'),
    ],
    [
      'by next_cursor at the top, null at the end',
      (keys, next) => ({ json: { keys, next_cursor: next ?? null } }),
      (url) => number(url, 'cursor'),
    ],
    [
      'by nextPageToken in pagination',
      (keys, next) => ({ json: { data: keys, pagination: { nextPageToken: next ?? '' } } }),
      (url) => number(url, 'pageToken'),
    ],
    [
      'by has_more and last_id',
      (keys, next) => ({ json: { data: keys, has_more: next !== undefined, last_id: keys.at(-1)?.id } }),
      (url) => Number(url.searchParams.get('after')?.slice(1) ?? -1) + 1,
    ],
    [
      'by page and total_pages',
      (keys, _, url) => ({
        json: { data: { keys }, meta: { page: number(url, 'page', 1), total_pages: 3 } },
      }),
      (url) => (number(url, 'page', 1) - 1) * 2,
    ],
    [
      'by a next link in the body',
      (keys, next) => ({ json: { keys, next: next === undefined ? null : `?start=${next}` } }),
      (url) => number(url, 'start'),
    ],
    [
      'by a Link header',
      (keys, next) => ({ json: keys, ...(next && { link: `</api/v1/keys?start=${next}>; rel="next"` }) }),
      (url) => number(url, 'start'),
    ],
  ])('are followed %s', async (_, page, startOf) => {
    const { asked, listed } = await paged(page, startOf);
    expect(listed).toEqual(all);
    expect(asked).toHaveLength(3);
    expect(asked[0]).toBe('?org=o+1');
  });

  it('that start over are not followed for ever', async () => {
    const { asked, listed } = await paged(
      (keys) => ({ json: { keys, next_cursor: 'again' } }),
      () => 0,
    );
    expect(listed).toMatchObject({ value: { keys: [{ id: 'k0' }, { id: 'k1' }] } });
    expect(asked).toHaveLength(2);
  });

  it('of another origin are not followed', async () => {
    const { asked, listed } = await paged(
      (keys) => ({
        json: { keys, next: 'https://evil.example/keys' },
        link: '<https://evil.example/>; rel=next',
      }),
      () => 0,
    );
    expect(listed).toMatchObject({ kind: 'ok' });
    expect(asked).toHaveLength(1);
  });

  it('that never end are given up in time', async () => {
    let count = 0;
    const server = createServer((_, response) => {
      count += 1;
      response.end(JSON.stringify({ keys: [{ id: count }], next_cursor: count }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const web = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const listed = await listKeys(clientOf(), { gateway: web, web }, key, { deadlineMs: 100 });
    expect(listed).toMatchObject({ kind: 'ok', value: { complete: false } });
  });
});

describe('the sandbox', () => {
  it.each(['documented', 'keys', 'bare'] as const)('lists in the shape %s', async (shape) => {
    const sandbox = await startSandbox();
    open.push(() => sandbox.close());
    const { key: value, id } = sandbox.issueKey();
    sandbox.addKeys(24);
    Object.assign(sandbox, { keyListShape: shape, keysPageSize: 10 });
    const address = { gateway: sandbox.url, web: sandbox.url };
    const listed = await listKeys(clientOf(), address, new Secret(value), { org: 'org_acme' });
    if (listed.kind !== 'ok') throw new Error(listed.kind);
    expect(listed.value.keys).toHaveLength(25);
    expect(listed.value.keys[0]).toMatchObject({ id, name: 'Sandbox key', prefix: value.slice(0, 16) });
    expect(sandbox.requests).toHaveLength(shape === 'bare' ? 1 : 3);
  });

  it('refuses', async () => {
    const sandbox = await startSandbox();
    open.push(() => sandbox.close());
    const address = { gateway: sandbox.url, web: sandbox.url };
    const listed = await listKeys(clientOf(), address, key);
    expect(listed).toMatchObject({ kind: 'unauthorized' });
  });
});
