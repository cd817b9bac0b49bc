// Answers that plugins watch. What cannot be read is not seen.
import type { Delta, Source, StreamDecoder } from '../../core/index.ts';
import { EventSplitter } from '../../dialects/sse.ts';
import { Passing } from './passing.ts';
import { mostBytes } from './whole-body.ts';

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
