// How fast a target answers: a moving average (EWMA) of the time to the first byte. What it weighs goes by time, so that old
// news fades however many or few requests there are. No lock: two threads at once lose one of two samples at worst.
import { at } from './layout.ts';
import type { Slots } from './slots.ts';

const halfLifeMs = 60_000;
/** Times are kept modulo this, which is 24 days. */
const turn = 0x7fffffff;
const mostMicros = 0x7fffffff;

export function noteFirstByte(slots: Slots, slot: number, ms: number, now: number): void {
  const sample = Math.min(mostMicros, Math.max(0, Math.round(ms * 1000)));
  const before = slots.get(slot, at.answers);
  const average = slots.get(slot, at.firstByte);
  // The first answers count alike: by time alone the very first would rule for a minute.
  const share = Math.max(1 - fade(slots, slot, now), 1 / (before + 1));
  slots.set(slot, at.firstByte, before === 0 ? sample : Math.round(average + (sample - average) * share));
  slots.set(slot, at.firstByteAt, now & turn);
  if (before < turn) slots.set(slot, at.answers, before + 1);
}

/** Milliseconds; undefined before the first answer. */
export function firstByteMs(slots: Slots, slot: number): number | undefined {
  return slots.get(slot, at.answers) === 0 ? undefined : slots.get(slot, at.firstByte) / 1000;
}

/**
 * The same for who chooses: what nobody has asked for more than a half-life counts as ever faster, so that one that was slow
 * once is asked again some day.
 */
export function expectedMs(slots: Slots, slot: number, now: number): number | undefined {
  const average = firstByteMs(slots, slot);
  if (average === undefined) return undefined;
  return average * Math.min(1, 2 * fade(slots, slot, now));
}

/** What is left of news of the last answer's time: 1 now, a half after a half-life. */
function fade(slots: Slots, slot: number, now: number): number {
  return 2 ** -(((now - slots.get(slot, at.firstByteAt)) & turn) / halfLifeMs);
}
