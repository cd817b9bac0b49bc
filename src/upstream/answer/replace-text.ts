// Replaces a text wherever it stands in a body, also where the border between two chunks cuts it; all else passes as it is.
import { Between, type Source } from '../../core/index.ts';

export function replaceText(body: Buffer, from: Buffer, to: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let found = body.indexOf(from); found >= 0; found = body.indexOf(from, at)) {
    pieces.push(body.subarray(at, found), to);
    at = found + from.length;
  }
  return pieces.length === 0 ? body : Buffer.concat([...pieces, body.subarray(at)]);
}

/** The same while it flows. */
export class Replaced extends Between {
  readonly #from: Buffer;
  readonly #to: Buffer;
  /** The end of the last chunk that may begin the text. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: Source, from: Buffer, to: Buffer) {
    super(source);
    this.#from = from;
    this.#to = to;
  }

  data(chunk: Buffer): boolean {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const last = bytes.lastIndexOf(this.#from);
    const keep = this.#beginning(bytes, last < 0 ? 0 : last + this.#from.length);
    this.#rest = bytes.subarray(keep);
    if (keep === 0) return true;
    return this.sink?.data(replaceText(bytes.subarray(0, keep), this.#from, this.#to)) ?? true;
  }

  end(): void {
    this.#flush();
    this.sink?.end();
  }

  fail(error: Error): void {
    this.#flush();
    this.sink?.fail(error);
  }

  #flush(): void {
    if (this.#rest.length > 0) this.sink?.data(this.#rest);
  }

  /** Where in the last bytes the text may have begun; their end where it has not. */
  #beginning(bytes: Buffer, least: number): number {
    for (let at = Math.max(least, bytes.length - this.#from.length + 1); at < bytes.length; at += 1) {
      const tail = bytes.subarray(at);
      if (this.#from.subarray(0, tail.length).equals(tail)) return at;
    }
    return bytes.length;
  }
}
