import { expect, it } from 'vitest';
import { age, localDate, localTime } from '../../../src/terminal/times.ts';

it('is local time, and leaves alone what is none', () => {
  const date = new Date(2027, 0, 3, 4, 5);
  expect(localTime(date.toISOString())).toBe('2027-01-03 04:05');
  expect(localDate(date.toISOString())).toBe('2027-01-03');
  expect([localTime('soon'), localDate('')]).toEqual(['soon', '']);
});

it.each([
  ['2026-11-24T11:29:30Z', 'just now'],
  ['2026-11-24T11:28:30Z', '1 minute ago'],
  ['2026-11-24T09:00:00Z', '2 hours ago'],
  ['2026-11-20T09:00:00Z', '4 days ago'],
  ['2023-11-20T09:00:00Z', '3 years ago'],
  ['2026-11-25T09:00:00Z', undefined],
  ['no time', undefined],
])('%s was %s', (iso, expected) => {
  expect(age(iso, Date.parse('2026-11-24T11:30:00Z'))).toBe(expected);
});
