// Answers that are seen as they pass. Their bytes are not touched; what cannot be read is not seen.
import type { Delta, Sink, Source, StreamDecoder } from '../../core/index.ts';
import { EventSplitter } from '../../dialects/sse.ts';
import { asGatewayError } from './thrown.ts';
import { mostBytes } from './whole-body.ts';

abstract class Passing implements Source, Sink {
  readonly #source: Source;
  #sink: Sink | undefined;
  #over = false;

  constructor(source: Source) {
    this.#source = source;
  }

  protected abstract see(chunk: Buffer): void;
  protected abstract seeEnd(): void;

  flow(sink: Sink): void {
    this.#sink = sink;
    this.#source.flow(this);
  }

  resume(): void {
    this.#source.resume();
  }

  abort(reason: Error): void {
    this.#source.abort(reason);
  }

  data(chunk: Buffer): boolean {
    if (this.#over) return true;
    const open = this.#sink?.data(chunk) ?? true;
    return this.#sees(() => this.see(chunk)) ? open : true;
  }

  end(): void {
    if (!this.#over && this.#sees(() => this.seeEnd())) this.#sink?.end();
  }

  fail(error: Error): void {
    if (!this.#over) this.#sink?.fail(error);
  }

  /** Who watches may end the answer by throwing. */
  #sees(look: () => void): boolean {
    try {
      look();
      return true;
    } catch (thrown) {
      const error = asGatewayError(thrown);
      this.#over = true;
      this.#sink?.fail(error);
      this.#source.abort(error);
      return false;
    }
  }
}

export class WatchedStream extends Passing {
  readonly #decoder: StreamDecoder;
  readonly #see: (delta: Delta) => void;
  readonly #events = new EventSplitter();

  constructor(source: Source, decoder: StreamDecoder, see: (delta: Delta) => void) {
    super(source);
    this.#decoder = decoder;
    this.#see = see;
  }

  protected see(chunk: Buffer): void {
    for (const { event, data } of this.#events.push(chunk)) this.#look(event, data);
  }

  protected seeEnd(): void {
    for (const { event, data } of this.#events.end()) this.#look(event, data);
    for (const delta of this.#decoder.end()) this.#see(delta);
  }

  #look(event: string, data: string): void {
    if (data === '') return;
    for (const delta of this.#decoder.event(event, data)) this.#see(delta);
  }
}

/** A longer one than can be held passes unseen. */
export class WatchedWhole extends Passing {
  readonly #see: (text: string) => void;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(source: Source, see: (text: string) => void) {
    super(source);
    this.#see = see;
  }

  protected see(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= mostBytes) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  protected seeEnd(): void {
    if (this.#bytes <= mostBytes) this.#see(Buffer.concat(this.#chunks).toString());
    this.#chunks = [];
  }
}
