import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/service.ts';
import { call, freshSandbox } from './call.ts';

const client_id = 'mega_pub_cea180dfca';
const redirect_uri = 'http://127.0.0.1:49152/cb';
const verifier = randomBytes(32).toString('base64url');
const challengeOf = (text: string) => createHash('sha256').update(text).digest('base64url');

/** Opens the authorization page as a browser would and gives what the callback gets. */
async function authorize(sandbox: Sandbox, changes: Record<string, string> = {}) {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri,
    scope: 'api:use keys:read',
    state: 'the-state',
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    ...changes,
  });
  const reply = await call(`${sandbox.url}/oauth/authorize?${query}`);
  const location = reply.headers.location;
  return { reply, callback: location === undefined ? undefined : new URL(location).searchParams };
}

function redeem(sandbox: Sandbox, code: string, changes: Record<string, string> = {}) {
  const grant_type = 'authorization_code';
  const fields = { grant_type, code, redirect_uri, client_id, code_verifier: verifier, ...changes };
  return call(`${sandbox.url}/api/oauth/token`, { body: new URLSearchParams(fields) });
}

describe('authorization code with PKCE', () => {
  it('yields a key that works, once per code', async () => {
    const sandbox = await freshSandbox();
    const { callback } = await authorize(sandbox);
    expect(callback?.get('state')).toBe('the-state');
    const code = callback?.get('code') ?? '';
    const { status, json } = await redeem(sandbox, code);
    expect(status).toBe(200);
    expect(json).toEqual({
      api_key: expect.stringMatching(/^sk-mega-[0-9a-f]{64}$/),
      token_type: 'Bearer',
      scopes: ['api:use', 'keys:read'],
      key_prefix: json.api_key.slice(0, 16),
    });
    expect((await call(`${sandbox.url}/v1/models`, { key: json.api_key })).status).toBe(200);
    expect((await redeem(sandbox, code)).json.error).toBe('invalid_grant');
  });

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
    ['the challenge as verifier', { code_verifier: challengeOf(verifier) }, 'invalid_grant'],
    ['a short verifier', { code_verifier: 'short' }, 'invalid_grant'],
    ['another redirect_uri', { redirect_uri: 'http://127.0.0.1:49153/cb' }, 'invalid_grant'],
    ['another client', { client_id: 'mega_pub_other' }, 'invalid_client'],
    ['another grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['a grant type of every object', { grant_type: 'constructor' }, 'unsupported_grant_type'],
  ])('refuses %s', async (_, changes, error) => {
    const sandbox = await freshSandbox();
    const code = (await authorize(sandbox)).callback?.get('code') ?? '';
    const reply = await redeem(sandbox, code, changes);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.json.error).toBe(error);
    // An attempt that failed on the code itself has used it up.
    if (error === 'invalid_grant') expect((await redeem(sandbox, code)).json.error).toBe('invalid_grant');
    expect(sandbox.liveKeys()).toEqual([]);
  });

  it('takes a form and nothing else', async () => {
    const sandbox = await freshSandbox();
    const reply = await call(`${sandbox.url}/api/oauth/token`, {
      body: { grant_type: 'authorization_code', client_id },
    });
    expect([reply.status, reply.json.error]).toEqual([400, 'invalid_request']);
  });

  it('can deny, with a description that must be escaped, and can send a wrong state', async () => {
    const sandbox = await freshSandbox();
    sandbox.authorizeMode = 'deny';
    const denied = (await authorize(sandbox)).callback;
    expect([denied?.get('error'), denied?.get('state')]).toEqual(['access_denied', 'the-state']);
    expect(denied?.get('error_description')).toContain('<script>');
    sandbox.authorizeMode = 'wrong-state';
    expect((await authorize(sandbox)).callback?.get('state')).toBe('not-the-state');
  });

  it.each([
    ['response_type', 'token', 'unsupported_response_type'],
    ['code_challenge_method', 'plain', 'invalid_request'],
    ['code_challenge', '', 'invalid_request'],
    ['state', '', 'invalid_request'],
    ['scope', 'root', 'invalid_scope'],
  ])('tells the callback about a bad %s', async (name, value, error) => {
    const sandbox = await freshSandbox();
    expect((await authorize(sandbox, { [name]: value })).callback?.get('error')).toBe(error);
  });

  it.each([
    ['client_id', 'mega_pub_other'],
    ['redirect_uri', 'https://evil.example/cb'],
  ])('never redirects for a bad %s', async (name, value) => {
    const sandbox = await freshSandbox();
    const { reply, callback } = await authorize(sandbox, { [name]: value });
    expect([reply.status, callback]).toEqual([400, undefined]);
  });
});

describe('revoke', () => {
  it('revokes a key, and is a success for an unknown one', async () => {
    const sandbox = await freshSandbox();
    const { key } = sandbox.issueKey();
    const revoke = (fields: Record<string, string>) =>
      call(`${sandbox.url}/api/oauth/revoke`, { body: new URLSearchParams(fields) });
    expect((await revoke({ token: key })).status).toBe(401);
    expect((await revoke({ client_id })).status).toBe(400);
    expect(sandbox.liveKeys()).toHaveLength(1);
    expect((await revoke({ client_id, token: key })).status).toBe(200);
    expect(sandbox.liveKeys()).toHaveLength(0);
    expect((await revoke({ client_id, token: key })).status).toBe(200);
    expect((await call(`${sandbox.url}/api/oauth/userinfo`, { key })).status).toBe(401);
  });
});
