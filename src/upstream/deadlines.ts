// The time limits of one exchange, kept by one alarm: it is set for the earliest of them and looks again when it rings.
// A byte that arrives only notes the time, so a stream of many events costs no timer each.
import type { Alarm, Clock } from '../core/index.ts';

/** Milliseconds; 0 is off. The connection's own limit is the pool's. */
export interface ExchangeTimeouts {
  readonly firstByte: number;
  readonly idle: number;
  readonly total: number;
}

export type Limit = 'first byte' | 'idle' | 'total';

const never = Number.POSITIVE_INFINITY;

export class Deadlines {
  readonly #clock: Clock;
  readonly #idle: number;
  readonly #firstByte: number;
  readonly #totalAt: number;
  /** Called once at most. `idle` is asked about first: false lets it start again. */
  readonly #expired: (limit: Limit) => boolean;
  #firstByteAt = never;
  /** When the last byte came; undefined while none has. */
  #lastByte: number | undefined;
  #alarm: Alarm | undefined;
  #armedFor = never;
  #over = false;

  constructor(clock: Clock, { firstByte, idle, total }: ExchangeTimeouts, expired: (limit: Limit) => boolean) {
    this.#clock = clock;
    this.#idle = idle;
    this.#firstByte = firstByte;
    this.#expired = expired;
    this.#totalAt = total > 0 ? clock.ticks() + total : never;
    this.awaitFirstByte();
  }

  /** The upstream has something to answer from now on. */
  awaitFirstByte(): void {
    if (this.#over) return;
    const now = this.#clock.ticks();
    if (this.#firstByte > 0 && this.#lastByte === undefined) this.#firstByteAt = now + this.#firstByte;
    this.#arm(now);
  }

  /** It is the client that is waited for: not the upstream's time. */
  pauseFirstByte(): void {
    this.#firstByteAt = never;
  }

  byte(): void {
    this.#lastByte = this.#clock.ticks();
  }

  cancel(): void {
    this.#over = true;
    this.#alarm?.cancel();
    this.#alarm = undefined;
  }

  #arm(now: number): void {
    // The idle limit counts from the start too: an alarm that comes early is cheaper than a second one.
    const soonest = Math.min(
      // Met once a byte has come: a limit in the past would ring for ever.
      this.#lastByte === undefined ? this.#firstByteAt : never,
      this.#totalAt,
      this.#idle > 0 ? (this.#lastByte ?? now) + this.#idle : never,
    );
    if (soonest >= this.#armedFor || soonest === never) return;
    this.#alarm?.cancel();
    this.#armedFor = soonest;
    this.#alarm = this.#clock.after(soonest - now, () => this.#look());
  }

  #look(): void {
    if (this.#over) return;
    this.#armedFor = never;
    this.#alarm = undefined;
    const now = this.#clock.ticks();
    const limit = this.#passed(now);
    if (limit !== undefined && this.#expired(limit)) return this.cancel();
    if (limit === 'idle') this.#lastByte = now;
    this.#arm(now);
  }

  #passed(now: number): Limit | undefined {
    // Timers may ring a little early by the finer clock.
    const due = now + 1;
    if (this.#totalAt <= due) return 'total';
    if (this.#lastByte === undefined) return this.#firstByteAt <= due ? 'first byte' : undefined;
    return this.#idle > 0 && this.#lastByte + this.#idle <= due ? 'idle' : undefined;
  }
}
