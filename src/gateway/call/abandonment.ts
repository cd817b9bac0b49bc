// Tells those who work for a call that it was given up. What plugins see is an AbortSignal; the gateway's own steps use
// this, because most calls are never given up and a signal costs more than the rest of reading a small body.
import type { Abandonable } from '../../upstream/body/intake.ts';

export class Abandonment implements Abandonable {
  aborted = false;
  #listeners: readonly (() => void)[] = [];

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = [...this.#listeners, listener];
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter((each) => each !== listener);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of this.#listeners) listener();
  }
}
