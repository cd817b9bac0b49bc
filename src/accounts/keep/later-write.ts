// Tokens that could not be written are written as soon as they can be: a disk may be full for a while, a directory be made
// writable; till then a stop would lose the login.
import type { Alarm, Clock } from '../../core/index.ts';
import { rewriteMs } from '../pace.ts';

export class LaterWrite {
  readonly #clock: Clock;
  readonly #write: () => Promise<boolean>;
  #alarm: Alarm | undefined;
  #closed = false;

  /** `write` says whether there is nothing more to do. */
  constructor(clock: Clock, write: () => Promise<boolean>) {
    this.#clock = clock;
    this.#write = write;
  }

  begin(): void {
    this.#alarm?.cancel();
    if (!this.#closed) this.#alarm = this.#clock.after(rewriteMs, () => void this.#try());
  }

  close(): void {
    this.#closed = true;
    this.#alarm?.cancel();
  }

  async #try(): Promise<void> {
    if (!(await this.#write())) this.begin();
  }
}
