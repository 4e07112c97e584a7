import { describe, expect, it } from 'vitest';
import { parseExpiry } from '../../../src/credentials/expiry.ts';
import { MegallmError } from '../../../src/errors.ts';

const now = new Date('2026-11-24T11:30:00.000Z');
const local = (text: string) => new Date(text).toISOString();

describe('parseExpiry', () => {
  it.each([
    ['12h', '2026-11-24T23:30:00.000Z'],
    ['1d', '2026-11-25T11:30:00.000Z'],
    ['90d', '2027-02-22T11:30:00.000Z'],
    ['4W', '2026-12-22T11:30:00.000Z'],
    ['2027-01-31T18:00Z', '2027-01-31T18:00:00.000Z'],
    ['2027-01-31T18:00:30+02:00', '2027-01-31T16:00:30.000Z'],
    // Without a zone it is this machine's.
    ['2027-01-31', local('2027-01-31T00:00')],
    ['2027-01-31 18:00', local('2027-01-31T18:00')],
    ['2028-02-29', local('2028-02-29T00:00')],
  ])('%s', (text, expected) => {
    expect(parseExpiry(text, now)).toBe(expected);
  });

  it('takes a year for a year of the calendar', () => {
    const start = new Date(2027, 2, 1, 12);
    expect(new Date(parseExpiry('1y', start))).toEqual(new Date(2028, 2, 1, 12));
  });

  it.each([
    '',
    '0d',
    '-5d',
    '90',
    '90m',
    'd',
    '1.5d',
    '9999999d',
    '99999y',
    'never',
    'tomorrow',
    '2027',
    '2027-13-01',
    '2027-00-10',
    '2027-02-29',
    '2027-02-30',
    '2027-04-31',
    '2027-01-31T25:00',
    '31.01.2027',
    '2026-11-24',
    '2026-11-24T11:30Z',
    '2020-01-01',
  ])('refuses %j', (text) => {
    expect(() => parseExpiry(text, now)).toThrow(MegallmError);
    expect(() => parseExpiry(text, now)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
