// Where windows begin and end: fixed ones stand on the clock, of UTC or of their time zone, so that every thread and every
// start of the gateway sees the same.
import type { LimitWindow } from '../core/index.ts';
import { localWindowAt } from './window/local.ts';
import { lengthOf, type Span, utcWindowAt } from './window/utc.ts';

/**
 * The window that `now` (epoch milliseconds) lies in; one that slides ends now.
 */
export function windowAt(window: LimitWindow, now: number): Span {
  if (window.shape === 'rate') return { start: now - lengthOf(window), end: now };
  return window.zone === undefined ? utcWindowAt(window, now) : rememberedAt(window, window.zone, now);
}

interface Remembered {
  span: Span;
}

/** The window of each zone, unit and count that was asked for last: what its clocks show is slow to find out. */
const byName = new Map<string, Remembered>();
const byWindow = new WeakMap<LimitWindow, Remembered>();

function rememberedAt(window: LimitWindow, zone: string, now: number): Span {
  const remembered = byWindow.get(window) ?? sharedBy(window, zone);
  const { start, end } = remembered.span;
  if (now < start || now >= end) remembered.span = localWindowAt(window, zone, now);
  return remembered.span;
}

function sharedBy(window: LimitWindow, zone: string): Remembered {
  const name = `${zone} ${window.unit} ${window.count}`;
  const shared = byName.get(name) ?? { span: { start: 0, end: 0 } };
  byName.set(name, shared);
  byWindow.set(window, shared);
  return shared;
}
