// Rings at a moment of the day, also where the machine slept or its clock was set meanwhile: timers count time awake, tokens
// end by the clock. What comes first counts, the moment by the clock or the span by what never jumps.
import type { Alarm, Clock } from '../../core/index.ts';

/** So late it may ring after a sleep. */
const longestWaitMs = 60_000;

export class DueAlarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #alarm: Alarm | undefined;
  #at: number | undefined;
  #ticks = 0;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** When it rings, in epoch milliseconds; undefined: never. */
  get at(): number | undefined {
    return this.#at;
  }

  /** In so many milliseconds, in the place of what was set before. */
  set(ms: number): void {
    const span = Math.max(ms, 0);
    this.#at = this.#clock.now() + span;
    this.#ticks = this.#clock.ticks() + span;
    this.#wait();
  }

  cancel(): void {
    this.#alarm?.cancel();
    this.#at = undefined;
  }

  #wait(): void {
    this.#alarm?.cancel();
    if (this.#at === undefined) return;
    const left = Math.min(this.#at - this.#clock.now(), this.#ticks - this.#clock.ticks());
    this.#alarm = this.#clock.after(Math.min(Math.max(left, 0), longestWaitMs), () => this.#look());
  }

  #look(): void {
    const { now, ticks } = { now: this.#clock.now(), ticks: this.#clock.ticks() };
    if (this.#at === undefined) return;
    if (this.#at > now && this.#ticks > ticks) return this.#wait();
    this.#at = undefined;
    this.#ring();
  }
}
