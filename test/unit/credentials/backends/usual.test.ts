import { expect, it } from 'vitest';
import { usualBackend } from '../../../../src/credentials/backends/catalog.ts';

it.each([
  ['win32', { SHELL: '/usr/bin/bash' }, 'windows'],
  ['darwin', { SHELL: '/bin/zsh' }, 'zsh'],
  ['linux', { SHELL: '/usr/bin/fish' }, 'fish'],
  ['linux', { SHELL: '/usr/bin/nu' }, undefined],
] as const)('on %s with %j it is %s', (platform, env, expected) => {
  expect(usualBackend({ platform, env })).toBe(expected);
});
