// The end of a stream, kept to be read once it is over: usage, the terminal event and errors in band all stand in the
// last events, so nothing is parsed while bytes flow. Costs a few KiB per open stream.
import type { Dialect, EventMeaning, Usage } from '../../core/index.ts';
import { EventSplitter } from '../../dialects/sse.ts';
import { laterUsage } from '../../dialects/usage.ts';

const keep = 4096;
const lastEvents = 8;
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
  #chunks: Buffer[] = [];
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
    return this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
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
    let drop = 0;
    let first = this.#chunks[0];
    while (first !== undefined && this.#bytes - first.length >= least) {
      this.#bytes -= first.length;
      drop += 1;
      first = this.#chunks[drop];
    }
    if (drop > 0) this.#chunks.splice(0, drop);
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
