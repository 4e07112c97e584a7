const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

/** `2027-01-31 14:05`, in the time zone of this machine. A text that is no time stays as it is. */
export function localTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return `${localDate(iso)} ${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

export function localDate(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const year = String(date.getFullYear()).padStart(4, '0');
  return `${year}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** How long ago that was: `3 days ago`. `undefined` for what is no time, or is to come. */
export function age(iso: string, now: number): string | undefined {
  const passed = now - Date.parse(iso);
  if (Number.isNaN(passed) || passed < -minute) return undefined;
  if (passed < minute) return 'just now';
  if (passed < hour) return ago(passed / minute, 'minute');
  if (passed < 2 * day) return ago(passed / hour, 'hour');
  return passed < 730 * day ? ago(passed / day, 'day') : ago(passed / (365 * day), 'year');
}

function ago(count: number, unit: string): string {
  const whole = Math.floor(count);
  return `${whole} ${unit}${whole === 1 ? '' : 's'} ago`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
