// Requests that are the same and come at the same time: one of them asks, the others wait for its answer to be kept.
import type { Call, Clock } from 'portico';

export class UnderWay {
  readonly #asked = new Map<string, Promise<void>>();
  readonly #clock: Clock;
  /** Milliseconds one waits. */
  readonly #longest: number;

  constructor(clock: Clock, longest: number) {
    this.#clock = clock;
    this.#longest = longest;
  }

  /**
   * Waits while others ask for the same, one after the other where that comes to nothing, until `answered` says so or it is
   * this call's turn to ask: at once where nobody does. Throws when the client leaves.
   */
  async wait(address: string, call: Call, answered: () => boolean): Promise<void> {
    let other = this.#asked.get(address);
    if (other === undefined) return this.#ask(address, call);
    const patience = new Patience(this.#clock, this.#longest, call.signal);
    try {
      while (other !== undefined && !patience.over) {
        await Promise.race([other, patience.ends]);
        if (answered()) return;
        other = this.#asked.get(address);
      }
      if (other === undefined) this.#ask(address, call);
    } finally {
      patience.stop();
    }
  }

  #ask(address: string, { done }: Call): void {
    this.#asked.set(
      address,
      done.then(() => void this.#asked.delete(address)),
    );
  }
}

class Patience {
  /** Resolves when the time is over, rejects when the client leaves. */
  readonly ends: Promise<void>;
  over = false;
  readonly stop: () => void;

  constructor(clock: Clock, ms: number, signal: AbortSignal) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => reject(signal.reason);
    const alarm = clock.after(ms, () => {
      this.over = true;
      resolve();
    });
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
    this.ends = promise;
    this.stop = () => {
      alarm.cancel();
      signal.removeEventListener('abort', leave);
    };
  }
}
