// Tokens that could not be written are written as soon as they can be: a disk may be full for a while, a directory be made
// writable, a file be away; till then a kill would lose the login.
import type { Alarm, Clock } from '../../core/index.ts';
import { rewriteMs } from './pace.ts';

export class LaterWrite {
  readonly #clock: Clock;
  readonly #write: () => Promise<boolean>;
  #alarm: Alarm | undefined;
  #closed = false;
  /** Something waits to be written. */
  pending = false;

  /** `write` says whether there is nothing more to do. */
  constructor(clock: Clock, write: () => Promise<boolean>) {
    this.#clock = clock;
    this.#write = write;
  }

  begin(ms = rewriteMs): void {
    this.pending = true;
    this.#alarm?.cancel();
    if (!this.#closed) this.#alarm = this.#clock.after(ms, () => void this.#try());
  }

  /** There is nothing to write any more. */
  done(): void {
    this.pending = false;
    this.#alarm?.cancel();
  }

  /** No more alarms. */
  stop(): void {
    this.#closed = true;
    this.#alarm?.cancel();
  }

  /** Whether nothing is left to be written, after the last chance there is. */
  async last(): Promise<boolean> {
    if (this.pending) await this.#try();
    return !this.pending;
  }

  async #try(): Promise<void> {
    if (await this.#write()) this.done();
    else this.begin();
  }
}
