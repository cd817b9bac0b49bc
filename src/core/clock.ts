// Time as a dependency: everything that waits or stamps takes a Clock, so that tests move time instead of sleeping.

export interface Alarm {
  /** Start the span again from now. */
  restart(): void;
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the epoch, for stamps. */
  now(): number;
  /** Milliseconds that never jump, for durations. */
  ticks(): number;
  /** Calls `ring` once after `ms`. Does not keep the process alive. */
  after(ms: number, ring: () => void): Alarm;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after(ms, ring) {
    const timer = setTimeout(ring, ms);
    timer.unref();
    return { restart: () => void timer.refresh(), cancel: () => clearTimeout(timer) };
  },
};

/** Milliseconds to the microsecond: more digits than that are noise, and cost everyone who writes or reads them. */
export function micros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
