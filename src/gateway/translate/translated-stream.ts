// A stream of one dialect while it becomes one of another: events in, events out, synchronously, with backpressure from the
// client's socket to the upstream's. Held until it says something a client can see, so that an upstream that fails
// before can be replaced. An end that the upstream did not send is never made up.
import { GatewayError, type Sink, type Source } from '../../core/index.ts';
import { EventSplitter } from '../../dialects/sse.ts';
import { asGatewayError } from './thrown.ts';
import type { StreamTranslation } from './translate-answer.ts';
import { mostBytes, tooLarge } from './whole-body.ts';

/** Bytes of events that say nothing yet; an upstream that sends more is committed to. */
const mostHeld = 256 * 1024;

export class TranslatedStream implements Source, Sink {
  readonly #source: Source;
  readonly #translation: StreamTranslation;
  readonly #events = new EventSplitter();
  readonly #frame: ((events: string, first: boolean) => string) | undefined;
  readonly #begun = Promise.withResolvers<void>();
  #sink: Sink | undefined;
  #held = '';
  #heldBytes = 0;
  #started = false;
  #committed = false;
  #told = false;
  #over = false;
  #error: Error | undefined;

  /** `frame`: puts the client's events in another form. */
  constructor(source: Source, translation: StreamTranslation, frame?: (events: string, first: boolean) => string) {
    this.#source = source;
    this.#translation = translation;
    this.#frame = frame;
  }

  /** Lets the upstream flow until it has said something. Rejects with what went wrong before. */
  begin(): Promise<void> {
    this.#started = true;
    this.#source.flow(this);
    return this.#begun.promise;
  }

  flow(sink: Sink): void {
    this.#sink = sink;
    if (!this.#started) {
      this.#started = true;
      return this.#source.flow(this);
    }
    const held = this.#held;
    this.#held = '';
    const open = held === '' || this.#tell(held);
    if (this.#error !== undefined) sink.fail(this.#error);
    else if (this.#over) this.#close(sink);
    else if (open) this.#source.resume();
  }

  resume(): void {
    this.#source.resume();
  }

  abort(reason: Error): void {
    this.#source.abort(reason);
  }

  data(chunk: Buffer): boolean {
    if (this.#over) return true;
    let text = '';
    try {
      for (const { event, data } of this.#events.push(chunk)) {
        if (data !== '' && !this.#translation.ended) text += this.#translation.event(event, data);
      }
    } catch (error) {
      return this.#broken(text, asGatewayError(error));
    }
    if (this.#events.pending > mostBytes) return this.#broken(text, tooLarge());
    const { fault } = this.#translation;
    if (fault !== undefined)
      return this.#broken(text, new GatewayError('upstream-failed', { message: fault.message, fault }));
    this.#heldBytes += this.#committed ? 0 : chunk.length;
    return this.#pass(text);
  }

  end(): void {
    if (this.#over) return;
    let text = '';
    try {
      for (const { event, data } of this.#events.end()) {
        if (data !== '' && !this.#translation.ended) text += this.#translation.event(event, data);
      }
      text += this.#translation.end();
    } catch (error) {
      this.#broken(text, asGatewayError(error));
      return;
    }
    const { fault, ended } = this.#translation;
    if (fault !== undefined) {
      this.#broken(text, new GatewayError('upstream-failed', { message: fault.message, fault }));
      return;
    }
    if (!ended) {
      this.#broken(text, new GatewayError('upstream-truncated'));
      return;
    }
    this.#pass(text);
    this.#over = true;
    this.#commit();
    if (this.#sink !== undefined) this.#close(this.#sink);
  }

  fail(error: Error): void {
    if (this.#over) return;
    this.#give(error);
  }

  /** False asks for a pause. */
  #pass(text: string): boolean {
    if (this.#sink !== undefined) return text === '' || this.#tell(text);
    this.#held += text;
    if (this.#translation.begun || this.#translation.ended || this.#heldBytes > mostHeld) this.#commit();
    return !this.#committed;
  }

  #tell(text: string): boolean {
    const framed = this.#frame === undefined ? text : this.#frame(text, !this.#told);
    if (framed === '') return true;
    this.#told = true;
    return this.#sink?.data(Buffer.from(framed)) ?? true;
  }

  #close(sink: Sink): void {
    if (this.#frame !== undefined) sink.data(Buffer.from(this.#told ? ']' : '[]'));
    sink.end();
  }

  #commit(): void {
    this.#committed = true;
    this.#begun.resolve();
  }

  /** Nothing more is taken from the upstream. */
  #broken(text: string, error: Error): boolean {
    // While nothing has left, another upstream can do it all.
    if (this.#committed || this.#sink !== undefined) this.#pass(text);
    this.#give(error);
    this.#source.abort(error);
    return true;
  }

  #give(error: Error): void {
    this.#over = true;
    this.#error = error;
    if (this.#sink !== undefined) return this.#sink.fail(error);
    if (!this.#committed) this.#begun.reject(error);
  }
}
