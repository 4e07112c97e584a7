import { expect, test } from 'vitest';
import { describeWith, type Requirement, requirements, whyMissing } from './requirements.ts';

const here: Requirement = { name: 'air', missing: () => undefined };
const compass: Requirement = { name: 'a compass', missing: () => 'it was lost' };
const map: Requirement = { name: 'a map', missing: () => 'the rain took it' };

let ran = false;
describeWith(here, 'a group whose requirement is met', () => {
  test('runs', () => {
    ran = true;
  });
});
test('a group whose requirement is met has run', () => {
  expect(ran).toBe(true);
});

test('why a group is skipped names all that is missing, and only that', () => {
  expect(whyMissing([here])).toBeUndefined();
  expect(whyMissing([here, compass, map])).toBe(
    'needs a compass: it was lost; needs a map: the rain took it',
  );
});

test.each(Object.values(requirements))('$name is either there or says why not', (requirement) => {
  const reason = requirement.missing();
  expect(reason === undefined || reason.length > 0).toBe(true);
  expect(requirement.missing()).toBe(reason);
});

test('the tests run either as root or as another user', () => {
  expect([requirements.root.missing(), requirements.notRoot.missing()].filter(Boolean)).toHaveLength(1);
});
