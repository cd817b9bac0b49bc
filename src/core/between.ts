// Stands between a body and whoever reads it. Asking for more and breaking off go straight to the body; what becomes of
// its pieces is for each kind to say.
import type { Sink, Source } from './reply.ts';

export abstract class Between implements Source, Sink {
  readonly #source: Source;
  /** Undefined until somebody reads. */
  protected sink: Sink | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  abstract data(chunk: Buffer): boolean;
  abstract end(): void;
  abstract fail(error: Error): void;

  flow(sink: Sink): void {
    this.sink = sink;
    this.#source.flow(this);
  }

  resume(): void {
    this.#source.resume();
  }

  abort(reason: Error): void {
    this.#source.abort(reason);
  }
}
