// Notices when a stream has said nothing for a while. What is said only notes the time: to set a timer anew for each of
// thousands of events costs more than to look again when the old one rings.
import type { Alarm, Clock } from '../../core/index.ts';

export class Silence {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #fallen: () => void;
  #heardAt: number;
  #alarm: Alarm;

  /** `fallen` is called after each `ms` of silence. */
  constructor(clock: Clock, ms: number, fallen: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#fallen = fallen;
    this.#heardAt = clock.ticks();
    this.#alarm = clock.after(ms, () => this.#look());
  }

  heard(): void {
    this.#heardAt = this.#clock.ticks();
  }

  cancel(): void {
    this.#alarm.cancel();
  }

  #look(): void {
    const now = this.#clock.ticks();
    // Timers may ring a little early by the finer clock.
    const fallen = now + 1 >= this.#heardAt + this.#ms;
    if (fallen) this.#heardAt = now;
    this.#alarm = this.#clock.after(this.#heardAt + this.#ms - now, () => this.#look());
    if (fallen) this.#fallen();
  }
}
