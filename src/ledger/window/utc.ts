// Windows on the clock of UTC, where every day is as long as the next.
import type { LimitWindow, WindowUnit } from '../../core/index.ts';

/** Epoch milliseconds, the end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const day = 86_400_000;
const lengths: Readonly<Record<WindowUnit, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day,
  week: 7 * day,
  month: 30 * day,
  total: Number.POSITIVE_INFINITY,
};
/** The epoch was a Thursday; ISO weeks begin on Mondays. */
const monday = -3 * day;

/**
 * The window that `now` lies in. Several units are counted from the epoch, several weeks from its Monday. One of `total`
 * never ends.
 */
export function utcWindowAt(window: LimitWindow, now: number): Span {
  if (window.unit === 'total') return { start: 0, end: Number.POSITIVE_INFINITY };
  if (window.unit === 'month') return monthAt(now);
  const length = lengthOf(window);
  const origin = window.unit === 'week' ? monday : 0;
  const start = Math.floor((now - origin) / length) * length + origin;
  return { start, end: start + length };
}

/** Milliseconds; of a month, 30 days. */
export function lengthOf({ unit, count }: LimitWindow): number {
  return lengths[unit] * count;
}

function monthAt(now: number): Span {
  const date = new Date(now);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
}
