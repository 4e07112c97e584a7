import { expect, it } from 'vitest';
import { chooseFlow } from '../../../src/signin/choose-flow.ts';

const display = { DISPLAY: ':0' };
const ssh = { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 22' };

it.each<[NodeJS.Platform, Record<string, string>, 'browser' | 'device']>([
  ['darwin', {}, 'browser'],
  ['win32', {}, 'browser'],
  ['linux', {}, 'device'],
  ['linux', { DISPLAY: '' }, 'device'],
  ['linux', display, 'browser'],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'browser'],
  ['linux', { ...display, container: 'docker' }, 'browser'],
  ['linux', { ...display, ...ssh }, 'device'],
  ['darwin', { SSH_TTY: '/dev/ttys001' }, 'device'],
  ['freebsd', display, 'browser'],
  ['darwin', { MEGALLM_FORCE_DEVICE_FLOW: '1' }, 'device'],
])('on %s with %j it is the %s', (platform, env, flow) => {
  const there = { platform, env };
  expect(chooseFlow(there, { device: false, interactive: true })).toBe(flow);
  expect(chooseFlow(there, { device: false, interactive: false })).toBe(flow);
  expect(chooseFlow(there, { device: true, interactive: false })).toBe('device');
});

it('in CI asks for a person, or for a flag', () => {
  const there = { platform: 'linux', env: { ...display, CI: 'true' } } as const;
  expect(() => chooseFlow(there, { device: false, interactive: false })).toThrow(/CI/);
  expect(chooseFlow(there, { device: false, interactive: true })).toBe('browser');
  expect(chooseFlow(there, { device: true, interactive: false })).toBe('device');
});
