// The commit point: an answer is held until its first real output, so that an upstream that fails before it can be
// replaced by another. Lifecycle-only events are held back, at most 64 events or 256 KiB; JSON is held up to 64 KiB.
import type { Dialect, EventMeaning, Sink, Source } from '../../core/index.ts';
import { EventSplitter } from '../../dialects/sse.ts';

const lineFeed = 0x0a;
const mostEvents = 64;
const mostEventBytes = 256 * 1024;
const mostJsonBytes = 64 * 1024;

/** How much is held before the answer is committed to. */
export type HoldMode =
  | { readonly kind: 'events'; readonly dialect: Dialect }
  | { readonly kind: 'json' }
  | { readonly kind: 'none' };

export type Held =
  /** Committed: `source` replays what was held, then goes on. `whole` when the body has already ended well. */
  | {
      readonly verdict: 'flows';
      readonly source: Source;
      readonly whole: Buffer | undefined;
      readonly opening: readonly EventMeaning[];
    }
  | ErrorEvent
  | { readonly verdict: 'empty' }
  | { readonly verdict: 'broken'; readonly error: Error };

/** The stream began with an error in band. */
export interface ErrorEvent {
  readonly verdict: 'error-event';
  readonly message: string;
  readonly data: string;
}

/** Waits until `source` has said something worth committing to. Never rejects. */
export function hold(source: Source, mode: HoldMode): Promise<Held> {
  return new Promise((resolve) => source.flow(new Holder(source, mode, resolve)));
}

class Holder implements Sink, Source {
  readonly #source: Source;
  readonly #mode: HoldMode;
  readonly #resolve: (held: Held) => void;
  readonly #splitter = new EventSplitter();
  readonly #opening: EventMeaning[] = [];
  #chunks: Buffer[] = [];
  #bytes = 0;
  #decided = false;
  #ended = false;
  #error: Error | undefined;
  #sink: Sink | undefined;

  constructor(source: Source, mode: HoldMode, resolve: (held: Held) => void) {
    this.#source = source;
    this.#mode = mode;
    this.#resolve = resolve;
  }

  data(chunk: Buffer): boolean {
    if (this.#sink !== undefined) return this.#sink.data(chunk);
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#decided) return false;
    this.#judge(chunk);
    return !this.#decided;
  }

  end(): void {
    this.#ended = true;
    if (this.#sink !== undefined) return this.#sink.end();
    if (this.#decided) return;
    if (this.#mode.kind === 'events') {
      for (const event of this.#splitter.end()) if (this.#reads(event.event, event.data)) return;
      return this.#decide({ verdict: 'empty' });
    }
    const whole = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#decide({ verdict: 'flows', source: this, whole, opening: this.#opening });
  }

  fail(error: Error): void {
    this.#error = error;
    if (this.#sink !== undefined) return this.#sink.fail(error);
    if (!this.#decided) this.#decide({ verdict: 'broken', error });
  }

  flow(sink: Sink): void {
    this.#sink = sink;
    const chunks = this.#chunks;
    this.#chunks = [];
    let open = true;
    for (const chunk of chunks) open = sink.data(chunk) && open;
    if (this.#ended) sink.end();
    else if (this.#error !== undefined) sink.fail(this.#error);
    else if (open) this.#source.resume();
  }

  resume(): void {
    this.#source.resume();
  }

  abort(reason: Error): void {
    this.#source.abort(reason);
  }

  #judge(chunk: Buffer): void {
    if (this.#mode.kind === 'none') return this.#commit();
    if (this.#mode.kind === 'json') {
      if (this.#bytes > mostJsonBytes) this.#commit();
      return;
    }
    // Line by line: the first event usually decides, and a chunk may hold a hundred that nobody has to read.
    for (let from = 0; from < chunk.length; ) {
      const found = chunk.indexOf(lineFeed, from);
      const end = found < 0 ? chunk.length : found + 1;
      const events = this.#splitter.push(from === 0 && end === chunk.length ? chunk : chunk.subarray(from, end));
      for (const event of events) if (this.#reads(event.event, event.data)) return;
      from = end;
    }
    if (this.#bytes > mostEventBytes || this.#opening.length >= mostEvents) this.#commit();
  }

  /** True once an event has decided the matter. */
  #reads(event: string, data: string): boolean {
    if (this.#mode.kind !== 'events' || (data === '' && event === '')) return false;
    const meaning = this.#mode.dialect.readEvent(event, data);
    if (meaning.error !== undefined) {
      this.#decide({ verdict: 'error-event', message: meaning.error, data });
      return true;
    }
    this.#opening.push(meaning);
    if (meaning.lifecycle) return false;
    this.#commit();
    return true;
  }

  #commit(): void {
    this.#decide({ verdict: 'flows', source: this, whole: undefined, opening: this.#opening });
  }

  #decide(held: Held): void {
    this.#decided = true;
    this.#resolve(held);
  }
}
