// A kept stream that flows again: the same bytes, as fast as the client takes them.
import type { Sink, Source } from 'portico';

/** Of one write. */
const pieceBytes = 16 * 1024;

export class Replay implements Source {
  readonly #body: Buffer;
  readonly #signal: AbortSignal;
  readonly #given = () => this.abort(this.#signal.reason);
  #sink: Sink | undefined;
  #at = 0;
  #over = false;
  #writing = false;

  /** `signal` of the call: nobody else tells this body that its client has left. */
  constructor(body: Buffer, signal: AbortSignal) {
    this.#body = body;
    this.#signal = signal;
  }

  flow(sink: Sink): void {
    this.#sink = sink;
    if (this.#signal.aborted) return this.#given();
    this.#signal.addEventListener('abort', this.#given, { once: true });
    this.resume();
  }

  resume(): void {
    if (this.#sink === undefined || this.#writing) return;
    this.#writing = true;
    let wanted = true;
    while (wanted && !this.#over && this.#at < this.#body.length) {
      const piece = this.#body.subarray(this.#at, this.#at + pieceBytes);
      this.#at += piece.length;
      wanted = this.#sink.data(piece);
    }
    this.#writing = false;
    if (wanted && !this.#over) this.#close()?.end();
  }

  abort(reason: Error): void {
    if (!this.#over) this.#close()?.fail(reason);
  }

  #close(): Sink | undefined {
    this.#over = true;
    this.#signal.removeEventListener('abort', this.#given);
    return this.#sink;
  }
}
