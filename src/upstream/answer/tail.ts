// The end of a stream, kept to be read once it is over: usage, the terminal event and errors in band all stand in the
// last events, so nothing is parsed while bytes flow. Costs a few KiB per open stream.
import type { Dialect, EventMeaning, Usage } from '../../core/index.ts';
import { EventSplitter } from '../../dialects/sse.ts';
import { laterUsage } from '../../dialects/usage.ts';

const keep = 4096;
const lastEvents = 8;
const mostDropped = 64;
const dropped = Buffer.alloc(0);
/** Beyond this even an unfinished event is cut: a stream of one endless event must not fill the memory. */
const most = 8 * 1024 * 1024;

export interface Ending {
  readonly usage: Usage | undefined;
  /** The dialect's own end was seen. */
  readonly terminal: boolean;
  /** Message of an error the upstream sent in band. */
  readonly error: string | undefined;
}

export class Tail {
  /** Those before `#first` have been dropped. */
  #chunks: Buffer[] = [];
  #first = 0;
  #bytes = 0;
  #complete = true;
  /** The last four bytes, as one number. */
  #window = 0x0a0a0a0a;

  readonly #events: boolean;

  /** `events` false: a body that is not a stream of events; only its last bytes are of interest. */
  constructor(events: boolean) {
    this.#events = events;
  }

  /** What has been kept. */
  bytes(): Buffer {
    const kept = this.#chunks.slice(this.#first);
    return kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
  }

  push(chunk: Buffer): void {
    if (this.#complete || !this.#events) this.#trim(keep);
    else if (this.#bytes > most) this.#trim(most);
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (let at = Math.max(0, chunk.length - 4); at < chunk.length; at += 1) {
      this.#window = ((this.#window << 8) | (chunk[at] as number)) >>> 0;
    }
    const pair = this.#window & 0xffff;
    this.#complete = pair === 0x0a0a || pair === 0x0d0d || this.#window === 0x0d0a0d0a;
  }

  /** Whether the last byte that was pushed closed an event: only then may something be put in between. */
  get betweenEvents(): boolean {
    return this.#complete;
  }

  /** What the last events say. */
  read(dialect: Dialect): Ending {
    let usage: Usage | undefined;
    let terminal = false;
    let error: string | undefined;
    for (const meaning of this.#meanings(dialect)) {
      usage = laterUsage(usage, meaning.usage);
      error = meaning.error ?? error;
      terminal ||= meaning.terminal;
    }
    return { usage, terminal, error };
  }

  /** Drops the oldest chunks as long as `least` bytes remain. */
  #trim(least: number): void {
    let oldest = this.#chunks[this.#first];
    while (oldest !== undefined && this.#bytes - oldest.length >= least) {
      this.#bytes -= oldest.length;
      // Let go at once; the list itself is shortened now and then.
      this.#chunks[this.#first] = dropped;
      this.#first += 1;
      oldest = this.#chunks[this.#first];
    }
    if (this.#first < mostDropped) return;
    this.#chunks.splice(0, this.#first);
    this.#first = 0;
  }

  #meanings(dialect: Dialect): EventMeaning[] {
    const bytes = this.bytes();
    const splitter = new EventSplitter();
    const events = [...splitter.push(bytes.subarray(startOfLast(bytes))), ...splitter.end()];
    return events.filter((event) => event.data !== '').map((event) => dialect.readEvent(event.event, event.data));
  }
}

/** Offset where the last few events begin. */
function startOfLast(bytes: Buffer): number {
  let at = bytes.length;
  for (let seen = 0; seen <= lastEvents; seen += 1) {
    const found = Math.max(
      bytes.lastIndexOf('\n\n', at - 1),
      bytes.lastIndexOf('\r\n\r\n', at - 1),
      bytes.lastIndexOf('\r\r', at - 1),
    );
    if (found < 1) return 0;
    at = found;
  }
  return at;
}
