import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorizationUrl, redeem, requestDeviceCode } from '../../../src/api/sign-in.ts';
import { createHttpClient, type HttpClient } from '../../../src/system/http.ts';
import { json } from '../../sandbox/answers.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/service.ts';

const clientId = 'mega_pub_cea180dfca';
const deviceCode = 'device-code-0123456789abcdef';
const grant = { grant_type: 'device_code', device_code: deviceCode };
const key = `sk-mega-${'0123456789abcdef'.repeat(4)}`;

let sandbox: Sandbox;
let client: HttpClient;
let address: { gateway: string; web: string };

beforeEach(async () => {
  sandbox = await startSandbox();
  client = createHttpClient({ env: {}, userAgent: 'test' });
  address = { gateway: sandbox.url, web: sandbox.url };
});

afterEach(async () => {
  client.close();
  await sandbox.close();
});

it('asks for all that megallm does, with PKCE and a state', () => {
  const request = { clientId: 'c & d', redirectUri: 'http://127.0.0.1:1/cb', state: 's', challenge: 'x' };
  const url = authorizationUrl({ gateway: '', web: 'https://example.com/mega' }, request);
  expect(url.origin + url.pathname).toBe('https://example.com/mega/oauth/authorize');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: 'code',
    client_id: 'c & d',
    redirect_uri: 'http://127.0.0.1:1/cb',
    scope: 'api:use profile:read keys:read keys:manage',
    state: 's',
    code_challenge: 'x',
    code_challenge_method: 'S256',
  });
});

describe('a device code', () => {
  const needed = {
    device_code: deviceCode,
    user_code: 'ABCD-EFGH',
    verification_uri: 'https://example.com/d',
  };
  const asked = (answer: unknown) => {
    sandbox.setFault(() => json(200, answer));
    return requestDeviceCode(client, address, clientId);
  };

  it('is taken from the service', async () => {
    expect(await requestDeviceCode(client, address, clientId)).toMatchObject({
      kind: 'ok',
      value: { userCode: sandbox.pendingDevices()[0], expiresIn: 600, interval: 1 },
    });
  });

  it.each([
    [{}, { expiresIn: undefined, interval: undefined, completePage: undefined }],
    [
      { expires_in: '900', interval: '2.5' },
      { expiresIn: 900, interval: 2.5 },
    ],
    [
      { expires_in: -1, interval: 0 },
      { expiresIn: undefined, interval: undefined },
    ],
    [
      { expires_in: {}, interval: 'soon', extra: [1] },
      { expiresIn: undefined, interval: undefined },
    ],
    [{ user_code: 'AB\u001b[31mCD\n\u202eEF' }, { userCode: 'ABCD EF' }],
  ])('may be described otherwise: %j', async (members, value) => {
    expect(await asked({ ...needed, ...members })).toMatchObject({ kind: 'ok', value });
    expect(await asked({ data: { ...needed, ...members } })).toMatchObject({ kind: 'ok', value });
  });

  it.each(['device_code', 'user_code', 'verification_uri'])('without %s is none', async (name) => {
    expect(await asked({ ...needed, [name]: undefined })).toMatchObject({ kind: 'not-megallm' });
  });
});

describe('redeeming', () => {
  const answered = (status: number, answer: unknown) => {
    sandbox.setFault(() => json(status, answer));
    return redeem(client, address, clientId, grant);
  };

  it.each([
    [{ api_key: key }],
    [{ api_key: key, token_type: 7, scopes: null, key_prefix: {} }],
    [{ data: { api_key: key } }],
    [{ token: key, api_key: '' }],
  ])('takes the key out of %j', async (answer) => {
    const result = await answered(200, answer);
    expect(result.kind === 'ok' && result.value.reveal()).toBe(key);
  });

  it.each<[number, unknown, string]>([
    [400, { error: 'authorization_pending' }, 'authorization_pending'],
    [200, { error: 'authorization_pending' }, 'authorization_pending'],
    [401, { error: 'invalid_client' }, 'invalid_client'],
    [403, { error: 'access_denied' }, 'access_denied'],
    [404, { error: { message: 'Gone.', code: 'expired_token' } }, 'expired_token'],
  ])('a %i with %j declines it', async (status, answer, code) => {
    expect(await answered(status, answer)).toMatchObject({ kind: 'declined', code });
  });

  it.each<[number, unknown, string]>([
    [200, { access_token: 'abc' }, 'not-megallm'],
    [200, [], 'not-megallm'],
    [429, { error: 'rate_limited' }, 'rate-limited'],
    [500, { error: 'server_error' }, 'broken'],
    [401, 'no', 'unauthorized'],
  ])('a %i with %j is no answer to it', async (status, answer, kind) => {
    expect(await answered(status, answer)).toMatchObject({ kind });
  });

  it('shows no code that the service repeats', async () => {
    const result = await answered(400, {
      error: 'invalid_grant',
      error_description: `Unknown: ${deviceCode}`,
    });
    expect(JSON.stringify(result)).not.toContain(deviceCode);
  });
});
