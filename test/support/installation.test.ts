import { expect, test } from 'vitest';
import { isInstalled } from './installation.mjs';

const linux = { platform: 'linux', arch: 'x64' };
const root = { devDependencies: { tool: '1.0.0' }, optionalDependencies: { extra: '1.0.0' } };
const tool = { version: '1.0.0', integrity: 'sha512-a' };
const extra = { version: '1.0.0', optional: true };

const locked = (packages: object) => ({ packages: { '': root, 'node_modules/tool': tool, ...packages } });
const installed = (packages: object) => ({ packages: { 'node_modules/tool': tool, ...packages } });

test('what is locked is installed', () => {
  expect(isInstalled(locked({}), installed({}), linux)).toBe(true);
});

test.each<[string, object, object]>([
  ['a package is missing', { 'node_modules/other': tool }, {}],
  ['a package has another version', {}, { 'node_modules/tool': { ...tool, version: '1.0.1' } }],
  ['a package has another content', {}, { 'node_modules/tool': { ...tool, integrity: 'sha512-b' } }],
  ['there is one too many', {}, { 'node_modules/old': tool }],
  ['an optional package that we name ourselves is missing', { 'node_modules/extra': extra }, {}],
  [
    'an optional package for this machine is missing',
    { 'node_modules/extra-linux': { ...extra, os: ['linux'], cpu: ['x64'] } },
    {},
  ],
])('it is not when %s', (_, wanted, present) => {
  expect(isInstalled(locked(wanted), installed(present), linux)).toBe(false);
});

test.each<[string, object, object]>([
  ['for another system', { 'node_modules/extra-mac': { ...extra, os: ['darwin'], cpu: ['x64'] } }, {}],
  ['for another processor', { 'node_modules/extra-arm': { ...extra, os: ['linux'], cpu: ['arm64'] } }, {}],
  ['for anything but this system', { 'node_modules/extra-unix': { ...extra, os: ['!linux'] } }, {}],
  ['for a C library', { 'node_modules/extra-musl': { ...extra, os: ['linux'], libc: ['musl'] } }, {}],
  ['needed by one of those', { 'node_modules/runtime': extra }, {}],
])('an optional package may be missing that is %s', (_, wanted, present) => {
  expect(isInstalled(locked(wanted), installed(present), linux)).toBe(true);
});

test('an optional package may be there that the lock file lacks', () => {
  expect(isInstalled(locked({}), installed({ 'node_modules/extra-linux': extra }), linux)).toBe(true);
});
