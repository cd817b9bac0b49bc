// Where windows begin and end: fixed ones stand on the clock (UTC), so that every thread and every start of the gateway
// sees the same.
import type { LimitWindow, WindowUnit } from '../core/index.ts';

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
 * The window that `now` (epoch milliseconds) lies in. Several units are counted from the epoch, several weeks from its
 * Monday. One of `total` never ends; one that slides ends now.
 */
export function windowAt(window: LimitWindow, now: number): Span {
  if (window.shape === 'rate') return { start: now - lengthOf(window), end: now };
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
