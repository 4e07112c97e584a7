import { expect, it } from 'vitest';
import { whyNotReady } from './readiness.ts';

const changelog = `# Changelog

## [Unreleased]

## [4.1.0] - 2026-12-01

### Added

- A thing.

## [4.0.0] - 2026-11-24

- All of it.
`;
const ready = { version: '4.1.0', changelog, changes: '', tag: 'v4.1.0' };

it('releases what is clean and written up, with a tag and without', () => {
  expect(whyNotReady(ready)).toEqual([]);
  expect(whyNotReady({ ...ready, tag: undefined })).toEqual([]);
});

it.each([
  ['a tree with changes', { changes: ' M README.md\n' }, ['The tree is not clean:\n M README.md']],
  ['another tag', { tag: 'v4.0.0' }, ['The tag is v4.0.0, but package.json says 4.1.0.']],
  [
    'a version that is not in the changelog',
    { version: '4.2.0', tag: undefined },
    ['CHANGELOG.md needs ## [4.2.0] - YYYY-MM-DD above its changes.'],
  ],
  [
    'an old version',
    { version: '4.0.0', tag: undefined },
    ['CHANGELOG.md needs ## [4.0.0] - YYYY-MM-DD as its newest version.'],
  ],
  [
    'a version without a date',
    { changelog: changelog.replace(' - 2026-12-01', '') },
    ['CHANGELOG.md has no date: ## [4.1.0] - YYYY-MM-DD'],
  ],
  [
    'a version of which nothing is said',
    { changelog: changelog.replace('- A thing.', '') },
    ['CHANGELOG.md says nothing about 4.1.0.'],
  ],
  [
    'changes that no version has',
    { changelog: changelog.replace('## [Unreleased]\n', '## [Unreleased]\n\n- More.\n') },
    ['CHANGELOG.md still has changes under [Unreleased].'],
  ],
])('refuses %s', (_what, difference, problems) => {
  expect(whyNotReady({ ...ready, ...difference })).toEqual(problems);
});
