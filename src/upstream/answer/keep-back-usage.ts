// Takes the usage event out of a stream for a client that did not ask for it: the gateway did, to know the cost. Chunks
// that hold no such event pass as they are; an event is held back only while it is incomplete and might be the one.
import { Between, type Source } from '../../core/index.ts';
import { EventSplitter } from '../../dialects/sse.ts';

/** A filter for `AttemptOptions.filter`. `seen` is told the data of the event that was taken out. */
export function keepBackUsage(seen: (data: string) => void): (source: Source) => Source {
  return (source) => new Kept(source, seen);
}

class Kept extends Between {
  readonly #seen: (data: string) => void;
  #splitter = new EventSplitter();
  #pending = false;

  constructor(source: Source, seen: (data: string) => void) {
    super(source);
    this.#seen = seen;
  }

  data(chunk: Buffer): boolean {
    if (!this.#pending && endsEvent(chunk) && !mayHoldUsage(chunk)) return this.sink?.data(chunk) ?? true;
    return this.#pass(this.#splitter.push(chunk), chunk);
  }

  end(): void {
    this.#pass(this.#splitter.end(), undefined);
    this.sink?.end();
  }

  fail(error: Error): void {
    this.#pass(this.#splitter.end(), undefined);
    this.sink?.fail(error);
  }

  #pass(events: ReturnType<EventSplitter['push']>, chunk: Buffer | undefined): boolean {
    const kept: Buffer[] = [];
    for (const { data, bytes } of events) {
      if (isUsage(data)) this.#seen(data);
      else kept.push(bytes);
    }
    this.#pending = chunk !== undefined && !endsEvent(chunk);
    if (kept.length === 0) return true;
    return this.sink?.data(kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept)) ?? true;
  }
}

function endsEvent(chunk: Buffer): boolean {
  const at = chunk.length;
  return at > 3 && chunk[at - 1] === 0x0a && (chunk[at - 2] === 0x0a || chunk[at - 3] === 0x0a);
}

function mayHoldUsage(chunk: Buffer): boolean {
  // Every chunk of such a stream carries `"usage":null`; only the last has no choices.
  return chunk.includes('"choices":[]') || chunk.includes('"choices": []');
}

function isUsage(data: string): boolean {
  if (!data.includes('"usage"')) return false;
  try {
    const event = JSON.parse(data) as { choices?: unknown; usage?: unknown };
    return Array.isArray(event.choices) && event.choices.length === 0 && typeof event.usage === 'object';
  } catch {
    // Not JSON: not ours to judge.
    return false;
  }
}
