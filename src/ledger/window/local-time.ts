// What the clocks of a time zone show, and when they show it. A local time is written as the epoch milliseconds at which
// UTC would show the same: arithmetic on days and months is then that of UTC.

const day = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of the zone show at an instant, to the second. */
export function localTime(zone: string, instant: number): number {
  const whole = Math.floor(instant / 1000) * 1000;
  const told: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(whole)) told[type] = Number(value);
  const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0, second = 0 } = told;
  return Date.UTC(year, month - 1, date, hour, minute, second);
}

/** Milliseconds the zone is ahead of UTC at an instant. */
export function offsetAt(zone: string, instant: number): number {
  return localTime(zone, instant) - Math.floor(instant / 1000) * 1000;
}

/**
 * The instants at which the clocks show this time, in order: two where they are set back over it, and where they are set
 * forward over it the one at which that happens.
 */
export function instantsOf(zone: string, local: number): readonly [number, ...number[]] {
  const before = offsetAt(zone, local - day);
  const after = offsetAt(zone, local + day);
  const [first, ...more] = [...new Set([local - before, local - after])]
    .filter((instant) => instant + offsetAt(zone, instant) === local)
    .sort((a, b) => a - b);
  if (first !== undefined) return [first, ...more];
  return [changeBetween(zone, local - Math.max(before, after), local - Math.min(before, after))];
}

/** The first instant at which the clocks no longer stand as they did at `from`. */
function changeBetween(zone: string, from: number, to: number): number {
  const before = offsetAt(zone, from);
  let [early, late] = [from, to];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (offsetAt(zone, middle) === before) early = middle;
    else late = middle;
  }
  return late;
}

/** Making one takes longer than using it a hundred times. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}
