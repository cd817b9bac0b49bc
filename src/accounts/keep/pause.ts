// A time in which nothing is tried again. It is over by the clock or by the span, whichever comes first: a clock that is set back
// must hold up nobody.
import type { Clock } from '../../core/index.ts';

export class Pause {
  readonly #clock: Clock;
  #until = 0;
  #ticks = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds that are left of it, 0 for none. */
  get left(): number {
    return Math.max(0, Math.min(this.#until - this.#clock.now(), this.#ticks - this.#clock.ticks()));
  }

  begin(ms: number): void {
    this.#until = this.#clock.now() + ms;
    this.#ticks = this.#clock.ticks() + ms;
  }

  end(): void {
    this.#until = 0;
  }
}
