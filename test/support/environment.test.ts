import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { testEnvironment } from './environment.mjs';

const folders = { home: '/run/home', temporary: '/run/tmp' };

test('what a machine may have set stays out, and HOME is the given one', () => {
  const inherited = {
    HOME: '/home/ada',
    XDG_RUNTIME_DIR: '/run/user/1000',
    MEGALLM_PROFILE: 'work',
    OPENAI_API_KEY: 'key',
    https_proxy: 'http://proxy',
    NO_COLOR: '1',
    WAYLAND_DISPLAY: 'wayland-0',
    npm_config_cache: '/home/ada/.npm',
    PATH: '/usr/bin',
    TMPDIR: '/var/tmp',
    TERM: 'xterm',
    UNSET: undefined,
  };
  expect(testEnvironment(inherited, folders)).toEqual({
    HOME: '/run/home',
    USERPROFILE: '/run/home',
    TMPDIR: '/run/tmp',
    TEMP: '/run/tmp',
    TMP: '/run/tmp',
    LANG: 'C.UTF-8',
    PATH: '/usr/bin',
    TERM: 'xterm',
  });
});

test('the PATH is the one outside of npm', () => {
  const ours = ['/repo/node_modules/.bin', '/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin'];
  const PATH = [...ours, '/usr/bin'].join(delimiter);
  expect(testEnvironment({ PATH }, folders).PATH).toBe('/usr/bin');
});
