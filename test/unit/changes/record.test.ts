import { describe, expect, it } from 'vitest';
import { mergeRecord } from '../../../src/changes/record.ts';
import { MegallmError } from '../../../src/errors.ts';

const merge = (...records: Parameters<typeof mergeRecord> extends [string, ...infer Rest] ? Rest : never) =>
  mergeRecord('profile.json', ...records);

describe('mergeRecord', () => {
  it('is the change itself when nothing happened in between', () => {
    expect(merge({ a: 1 }, { a: 1 }, { a: 2 })).toEqual({ a: 2 });
  });

  it('keeps what another change did to other members', () => {
    expect(merge({ a: 1, b: 9 }, { a: 1 }, { a: 2 })).toEqual({ a: 2, b: 9 });
  });

  it('adds to and takes from lists as sets', () => {
    expect(merge({ l: ['x', 'z'] }, { l: ['x'] }, { l: ['y'] })).toEqual({ l: ['z', 'y'] });
  });

  it('takes a change back when from and to are exchanged', () => {
    expect(merge({ l: ['x', 'y', 'z'] }, { l: ['x', 'y'] }, { l: ['x'] })).toEqual({ l: ['x', 'z'] });
  });

  it('removes a member that the change had added', () => {
    expect(merge({ a: 1, b: 2, c: 3 }, { a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1, c: 3 });
  });

  it('refuses when the same member became something else', () => {
    expect(() => merge({ a: 3 }, { a: 1 }, { a: 2 })).toThrow(MegallmError);
  });
});
