import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/service.ts';
import { call, freshSandbox } from './call.ts';

const client_id = 'mega_pub_cea180dfca';

async function openDevice(sandbox: Sandbox, scope = 'api:use profile:read') {
  const body = new URLSearchParams({ client_id, scope });
  return (await call(`${sandbox.url}/api/oauth/device/code`, { body })).json;
}

async function poll(sandbox: Sandbox, device_code: string, grant_type = 'device_code') {
  const body = new URLSearchParams({ grant_type, device_code, client_id });
  return (await call(`${sandbox.url}/api/oauth/token`, { body })).json;
}

/** A sandbox that may be polled as fast as one likes, and a device code that waits. */
async function waitingDevice() {
  const sandbox = await freshSandbox();
  sandbox.deviceInterval = 0;
  return { sandbox, device: await openDevice(sandbox) };
}

describe('device sign-in', () => {
  it('gives out a code with all that RFC 8628 asks for', async () => {
    const sandbox = await freshSandbox();
    const device = await openDevice(sandbox);
    expect(device).toEqual({
      device_code: expect.any(String),
      user_code: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
      verification_uri: `${sandbox.url}/device`,
      verification_uri_complete: `${sandbox.url}/device?user_code=${device.user_code}`,
      expires_in: 600,
      interval: 1,
    });
    expect(sandbox.pendingDevices()).toEqual([device.user_code]);
  });

  it('is pending, then approved, then used up', async () => {
    const { sandbox, device } = await waitingDevice();
    expect((await poll(sandbox, device.device_code)).error).toBe('authorization_pending');
    sandbox.approveDevice(device.user_code.toLowerCase().replace('-', ''));
    const { api_key, scopes } = await poll(sandbox, device.device_code);
    expect(scopes).toEqual(['api:use', 'profile:read']);
    expect(sandbox.liveKeys().map(({ key }) => key)).toEqual([api_key]);
    expect((await poll(sandbox, device.device_code)).error).toBe('invalid_grant');
  });

  it('can be denied and can expire', async () => {
    const { sandbox, device } = await waitingDevice();
    sandbox.denyDevice(device.user_code);
    expect((await poll(sandbox, device.device_code)).error).toBe('access_denied');
    sandbox.expireDevice(device.user_code);
    expect((await poll(sandbox, device.device_code)).error).toBe('expired_token');
    expect((await poll(sandbox, 'made-up')).error).toBe('invalid_grant');
  });

  it('says slow_down to a poll before the interval is over', async () => {
    const sandbox = await freshSandbox();
    sandbox.deviceInterval = 60;
    const hasty = await openDevice(sandbox);
    expect((await poll(sandbox, hasty.device_code)).error).toBe('authorization_pending');
    sandbox.approveDevice(hasty.user_code);
    expect((await poll(sandbox, hasty.device_code)).error).toBe('slow_down');
    sandbox.deviceInterval = 0.02;
    const patient = await openDevice(sandbox);
    expect((await poll(sandbox, patient.device_code)).error).toBe('authorization_pending');
    await pause(25);
    expect((await poll(sandbox, patient.device_code)).error).toBe('authorization_pending');
  });

  it('says slow_down once when told to', async () => {
    const { sandbox, device } = await waitingDevice();
    sandbox.slowDownDevice(device.user_code);
    expect((await poll(sandbox, device.device_code)).error).toBe('slow_down');
    expect((await poll(sandbox, device.device_code)).error).toBe('authorization_pending');
  });

  it('takes the literal grant type, or only the standard one when switched', async () => {
    const { sandbox, device } = await waitingDevice();
    const standard = 'urn:ietf:params:oauth:grant-type:device_code';
    expect((await poll(sandbox, device.device_code, standard)).error).toBe('unsupported_grant_type');
    sandbox.deviceGrantType = 'standard';
    expect((await poll(sandbox, device.device_code)).error).toBe('unsupported_grant_type');
    expect((await poll(sandbox, device.device_code, standard)).error).toBe('authorization_pending');
  });

  it('can decide at once', async () => {
    const sandbox = await freshSandbox();
    sandbox.deviceMode = 'approve';
    expect(await poll(sandbox, (await openDevice(sandbox)).device_code)).toHaveProperty('api_key');
    sandbox.deviceMode = 'deny';
    expect((await poll(sandbox, (await openDevice(sandbox)).device_code)).error).toBe('access_denied');
  });

  it('refuses an unknown client or scope, and handles for codes it never gave out', async () => {
    const sandbox = await freshSandbox();
    expect(await openDevice(sandbox, 'root')).toMatchObject({ error: 'invalid_scope' });
    sandbox.clientIds = ['mega_pub_mine'];
    expect(await openDevice(sandbox)).toMatchObject({ error: 'invalid_client' });
    expect(() => sandbox.approveDevice('BBBB-BBBB')).toThrow('never gave out');
  });
});

describe('pages', () => {
  it('lets a person approve by hand, once', async () => {
    const { sandbox, device } = await waitingDevice();
    const page = await call(device.verification_uri_complete);
    expect(page.body).toContain(`value="${device.user_code}"`);
    const decide = () =>
      call(device.verification_uri, {
        body: new URLSearchParams({ user_code: device.user_code, decision: 'approve' }),
      });
    expect((await decide()).status).toBe(200);
    expect((await decide()).status).toBe(409);
    expect(await poll(sandbox, device.device_code)).toHaveProperty('api_key');
  });

  it('escapes the user code, and refuses an unknown one', async () => {
    const sandbox = await freshSandbox();
    const page = await call(`${sandbox.url}/device?user_code=${encodeURIComponent('"><script>')}`);
    expect(page.body).not.toContain('<script>');
    const body = new URLSearchParams({ user_code: 'XXXX-XXXX', decision: 'approve' });
    expect((await call(`${sandbox.url}/device`, { body })).status).toBe(400);
  });

  it('makes a key on the dashboard', async () => {
    const sandbox = await freshSandbox();
    expect((await call(`${sandbox.url}/dashboard/overview`)).body).toContain('Create New API Key');
    const { body } = await call(`${sandbox.url}/dashboard/overview`, { method: 'POST' });
    expect(body).toContain(sandbox.liveKeys()[0]?.key);
  });
});
