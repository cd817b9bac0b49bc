// Cuts a byte stream into server-sent events as they arrive (WHATWG HTML, 9.2.6), keeping the raw bytes of each:
// joined together they are the input again. A block that says nothing (a comment, blank lines) is an event without
// data, so that heartbeats are passed on at once. A lone CR ends a line at once, too: should its LF follow in the next
// chunk, that LF is the first byte of the next event.

export interface SseEvent {
  /** The `event:` field, '' where there is none. */
  readonly event: string;
  /** The `data:` lines joined with LF; '' for a block without data. */
  readonly data: string;
  /** Exactly as received, blank line included. */
  readonly bytes: Buffer;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

export class EventSplitter {
  /** Bytes of the event being received, from earlier chunks. */
  #pieces: Buffer[] = [];
  #pending = 0;
  /** Whether the line being received holds anything yet. */
  #lineEmpty = true;
  #afterReturn = false;
  /** The first bytes of the stream, while they may still be a byte order mark. */
  #head: Buffer | undefined = Buffer.alloc(0);
  /** Length of the byte order mark in front of the next event. */
  #bom = 0;

  /** Bytes received that no event has claimed yet. */
  get pending(): number {
    return this.#pending;
  }

  push(chunk: Buffer): SseEvent[] {
    if (this.#head === undefined) return this.#split(chunk, 0);
    const head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const shared = Math.min(head.length, byteOrderMark.length);
    const marked = head.subarray(0, shared).equals(byteOrderMark.subarray(0, shared));
    this.#head = marked && shared < byteOrderMark.length ? head : undefined;
    if (this.#head !== undefined) return [];
    this.#bom = marked ? byteOrderMark.length : 0;
    return this.#split(head, this.#bom);
  }

  /** What is left, read as if its blank line had come: an answer cut short, or an upstream that forgot the line. */
  end(): SseEvent[] {
    if (this.#head !== undefined && this.#head.length > 0) this.#hold(this.#head);
    this.#head = undefined;
    return this.#pending === 0 ? [] : [this.#take(Buffer.alloc(0))];
  }

  #split(chunk: Buffer, from: number): SseEvent[] {
    const events: SseEvent[] = [];
    let start = 0;
    let at = from;
    if (this.#afterReturn && chunk.length > 0) {
      this.#afterReturn = false;
      if (chunk[0] === lineFeed) at = 1;
    }
    let nextReturn = find(chunk, carriageReturn, at);
    while (at < chunk.length) {
      if (nextReturn < at) nextReturn = find(chunk, carriageReturn, at);
      const end = Math.min(find(chunk, lineFeed, at), nextReturn);
      if (end > at) this.#lineEmpty = false;
      if (end === chunk.length) break;
      at = end + 1;
      if (chunk[end] === carriageReturn && chunk[at] === lineFeed) at++;
      this.#afterReturn = chunk[end] === carriageReturn && end + 1 === chunk.length;
      if (this.#lineEmpty) {
        events.push(this.#take(chunk.subarray(start, at)));
        start = at;
      }
      this.#lineEmpty = true;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
    return events;
  }

  #hold(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#pending += bytes.length;
  }

  #take(last: Buffer): SseEvent {
    const bytes = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    const text = bytes.toString('utf8', this.#bom);
    this.#pieces = [];
    this.#pending = 0;
    this.#bom = 0;
    this.#lineEmpty = true;
    return readFields(text, bytes);
  }
}

/** Offset of the byte, or the length where it does not occur. */
function find(chunk: Buffer, byte: number, from: number): number {
  const found = chunk.indexOf(byte, from);
  return found === -1 ? chunk.length : found;
}

function readFields(text: string, bytes: Buffer): SseEvent {
  let event = '';
  let data: string | undefined;
  for (const line of text.includes('\r') ? text.split(/\r\n|\r|\n/) : text.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    if (field !== 'data' && field !== 'event') continue;
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') event = value;
    else data = data === undefined ? value : `${data}\n${value}`;
  }
  return { event, data: data ?? '', bytes };
}
