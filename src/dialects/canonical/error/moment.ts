// A time in the many forms vendors write one: how long until then.

const duration =
  /^(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;
const units = [86_400_000, 3_600_000, 60_000, 1000, 1];

/** Numbers from here on are no durations: seconds since 1970, from the year 2001; and milliseconds. */
const firstSecond = 1e9;
const firstMillisecond = 1e12;

/**
 * Milliseconds until then; undefined where the form is not known. `6m0s`, `20ms`; seconds; seconds or milliseconds since
 * 1970; RFC 3339 and HTTP dates. `now`: epoch milliseconds by the clock of whoever wrote it.
 */
export function untilThen(value: string, now: number): number | undefined {
  const text = value.trim();
  if (text === '') return undefined;
  const number = Number(text);
  if (Number.isFinite(number)) {
    if (number < 0) return undefined;
    if (number >= firstMillisecond) return Math.max(0, number - now);
    return Math.round(number >= firstSecond ? Math.max(0, number * 1000 - now) : number * 1000);
  }
  const parts = duration.exec(text)?.slice(1);
  if (parts !== undefined)
    return Math.ceil(parts.reduce((sum, part, at) => sum + Number(part ?? 0) * (units[at] ?? 0), 0));
  if (!/^\d{4}-\d{2}-\d{2}T|^[A-Z][a-z]{2}, /.test(text)) return undefined;
  const ms = Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
