// Windows on the clock of a time zone. Those of a day or longer begin with the local day, week or month and so are an hour
// shorter or longer when the clocks change; so are those of several hours, which begin at the same local time every day.
import type { LimitWindow } from '../../core/index.ts';
import { instantsOf, localTime, offsetAt } from './local-time.ts';
import { type Span, utcWindowAt } from './utc.ts';

/** The window that `now` (epoch milliseconds) lies in. It begins no later than now and ends after it. */
export function localWindowAt(window: LimitWindow, zone: string, now: number): Span {
  if (window.unit === 'hour' && window.count === 1) return hourAt(window, zone, now);
  const { start, end } = utcWindowAt(window, localTime(zone, now));
  const begun = instantsOf(zone, start).findLast((instant) => instant <= now);
  const over = instantsOf(zone, end).find((instant) => instant > now);
  // Clocks that were set back over a boundary have shown it before, or will not show it again.
  return { start: begun ?? now, end: over ?? now + 1 };
}

/** An hour is an hour, also when the clocks show it twice. */
function hourAt(window: LimitWindow, zone: string, now: number): Span {
  const offset = offsetAt(zone, now);
  const { start, end } = utcWindowAt(window, now + offset);
  return { start: start - offset, end: end - offset };
}
