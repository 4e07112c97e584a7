import { MegallmError } from '../errors.ts';

const hourMs = 3_600_000;
const units: Readonly<Record<string, (count: number, from: Date) => Date>> = {
  h: (count, from) => new Date(from.getTime() + count * hourMs),
  d: (count, from) => new Date(from.getTime() + count * 24 * hourMs),
  w: (count, from) => new Date(from.getTime() + count * 7 * 24 * hourMs),
  y: (count, from) => new Date(new Date(from).setFullYear(from.getFullYear() + count)),
};

/** ISO 8601: a date, which begins at midnight here, or a time, of this machine's time zone unless it names one. */
const isoTime =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** What `--expires` says (`90d`, `12h`, `4w`, `1y`, or a date) as ISO 8601 in UTC. Throws `usage` for anything else. */
export function parseExpiry(text: string, now: Date): string {
  const moment = inDuration(text, now) ?? onDate(text);
  // What no calendar has, such as year 10000, no service takes either.
  if (moment === undefined || Number.isNaN(moment.getTime()) || moment.getUTCFullYear() > 9999)
    throw notATime(text);
  if (moment.getTime() > now.getTime()) return moment.toISOString();
  throw new MegallmError(
    'usage',
    `A key that expires at ${JSON.stringify(text)} would have expired already.`,
    howTo,
  );
}

function inDuration(text: string, now: Date): Date | undefined {
  const [, count = '', unit = ''] = /^(\d{1,6})([hdwy])$/i.exec(text) ?? [];
  return units[unit.toLowerCase()]?.(Number(count), now);
}

function onDate(text: string): Date | undefined {
  const [whole, year, month, day, hour = '00', minute = '00', second = '00', zone = ''] =
    isoTime.exec(text) ?? [];
  if (whole === undefined) return undefined;
  // Dates such as 30 February would come out as another one.
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(month) > 12 || Number(day) < 1 || Number(day) > lastDay) return undefined;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`);
}

function notATime(text: string): MegallmError {
  return new MegallmError('usage', `${JSON.stringify(text)} is no time at which a key could expire.`, howTo);
}

const howTo = 'Give a duration (12h, 90d, 4w, 1y) or a date to come (2030-01-31, 2030-01-31T18:00).';
