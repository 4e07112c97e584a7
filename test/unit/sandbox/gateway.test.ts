import { describe, expect, it } from 'vitest';
import { call, freshSandbox } from './call.ts';

const chat = { model: 'gpt-4', messages: [{ role: 'user', content: 'Hello!' }] };
const message = { ...chat, model: 'claude-3.5-sonnet', max_tokens: 10 };
const anthropic = (key: string) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' });

const endpoints: [name: string, path: string, body: object | undefined][] = [
  ['models', '/v1/models', undefined],
  ['chat', '/v1/chat/completions', chat],
  ['messages', '/v1/messages?beta=true', message],
  ['embeddings', '/v1/embeddings', { model: 'text-embedding-3-small', input: 'x' }],
  ['responses', '/v1/responses', { model: 'gpt-5', input: 'Hello!' }],
];

describe('gateway authentication', () => {
  it.each(endpoints)('%s takes a live key as Bearer and refuses all others', async (_, path, body) => {
    const sandbox = await freshSandbox();
    const url = sandbox.url + path;
    const sent = body === undefined ? {} : { body };
    const { key } = sandbox.issueKey();
    const expired = sandbox.issueKey({ expiresAt: '2020-01-01T00:00:00Z' }).key;
    const narrow = sandbox.issueKey({ scopes: ['keys:read'] }).key;

    expect((await call(url, { ...sent, key })).status).toBe(200);
    expect((await call(url, sent)).json.error).toMatchObject({
      type: 'authentication_error',
      code: 'missing_api_key',
    });
    expect((await call(url, { ...sent, key: 'sk-mega-nobody-knows-me' })).status).toBe(401);
    expect((await call(url, { ...sent, key: expired })).json.error.code).toBe('expired_api_key');
    expect((await call(url, { ...sent, key: narrow })).json.error.code).toBe('insufficient_scope');
    sandbox.revokeKey(key);
    expect((await call(url, { ...sent, key })).status).toBe(401);
    expect(sandbox.liveKeys().map((live) => live.key)).toEqual([narrow]);
    expect(sandbox.unknownRequests).toEqual([]);
  });

  it.each(endpoints)('%s and x-api-key', async (name, path, body) => {
    const sandbox = await freshSandbox();
    const headers = anthropic(sandbox.issueKey().key);
    const reply = await call(sandbox.url + path, { headers, ...(body === undefined ? {} : { body }) });
    expect(reply.status).toBe(name === 'messages' ? 200 : 401);
  });

  it('messages: x-api-key needs anthropic-version, and can be switched off while Bearer passes', async () => {
    const sandbox = await freshSandbox();
    const url = `${sandbox.url}/v1/messages`;
    const { key } = sandbox.issueKey();
    expect((await call(url, { headers: { 'x-api-key': key }, body: message })).status).toBe(400);
    sandbox.acceptsApiKeyHeader = false;
    expect((await call(url, { headers: anthropic(key), body: message })).status).toBe(401);
    expect((await call(url, { headers: anthropic(key), key, body: message })).status).toBe(200);
  });

  it('messages answers {} with 401, and 400 once authenticated, in the Anthropic form', async () => {
    const sandbox = await freshSandbox();
    const url = `${sandbox.url}/v1/messages`;
    const refused = await call(url, { body: {} });
    expect([refused.status, refused.json.type]).toEqual([401, 'error']);
    const accepted = await call(url, { body: {}, headers: anthropic(sandbox.issueKey().key) });
    expect(accepted.status).toBe(400);
    expect(accepted.json).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  });

  it('answers X-Debug-Auth in headers and in the body, for a refused key too', async () => {
    const sandbox = await freshSandbox();
    const headers = { 'x-debug-auth': 'true' };
    const { key, prefix } = sandbox.issueKey();
    const passed = await call(`${sandbox.url}/v1/models`, { headers, key });
    expect(passed.headers).toMatchObject({
      'x-debug-auth-method': 'bearer',
      'x-debug-auth-standing': 'live',
    });
    expect(passed.json.debug_auth).toMatchObject({ key_prefix: prefix });
    const refused = await call(`${sandbox.url}/v1/models`, { headers });
    expect(refused.json).toMatchObject({ error: {}, debug_auth: { method: 'none', standing: 'missing' } });
    expect((await call(`${sandbox.url}/v1/models`, { key })).json.debug_auth).toBeUndefined();
  });
});

describe('gateway', () => {
  it('lists as many models as asked for', async () => {
    const sandbox = await freshSandbox({ models: 300 });
    const { json } = await call(`${sandbox.url}/v1/models`, { key: sandbox.issueKey().key });
    expect(json.data).toHaveLength(300);
    expect(json.data[0]).toMatchObject({ id: 'gpt-4', object: 'model', owned_by: 'openai' });
    expect(new Set(json.data.map(({ id }: { id: string }) => id)).size).toBe(300);
  });

  it('answers HEAD /api/hello without a key', async () => {
    const sandbox = await freshSandbox();
    expect(await call(`${sandbox.url}/api/hello`, { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
    });
  });

  it('answers 404 to /v1/responses when it is not served, with or without a key', async () => {
    const sandbox = await freshSandbox();
    sandbox.servesResponses = false;
    expect((await call(`${sandbox.url}/v1/responses`, { body: {} })).status).toBe(404);
    sandbox.servesResponses = true;
    expect(
      (await call(`${sandbox.url}/v1/responses`, { body: {}, key: sandbox.issueKey().key })).status,
    ).toBe(400);
    expect(sandbox.unknownRequests).toEqual([]);
  });

  it('records every request, and the unknown ones apart', async () => {
    const sandbox = await freshSandbox();
    const reply = await call(`${sandbox.url}//v1/models?limit=1`, {
      method: 'PUT',
      body: 'text',
      headers: { 'x-a': 'b' },
    });
    expect([reply.status, reply.json.error.code]).toEqual([404, 'not_found']);
    expect(sandbox.unknownRequests).toEqual(sandbox.requests);
    expect(sandbox.requests).toMatchObject([
      { method: 'PUT', path: '//v1/models?limit=1', headers: { 'x-a': 'b' }, body: 'text' },
    ]);
  });

  it('issues keys of the real shape, and takes a given one once', async () => {
    const sandbox = await freshSandbox();
    const issued = sandbox.issueKey();
    expect(issued.key).toMatch(/^sk-mega-[0-9a-f]{64}$/);
    expect(issued.prefix).toBe(issued.key.slice(0, 16));
    expect(sandbox.issueKey({ key: 'sk-mega-given-by-hand' }).key).toBe('sk-mega-given-by-hand');
    expect(() => sandbox.issueKey({ key: issued.key })).toThrow('issued this key before');
    expect(() => sandbox.revokeKey('sk-mega-other')).toThrow('never issued');
  });
});
