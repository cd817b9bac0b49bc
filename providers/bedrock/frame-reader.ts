// Frames of an AWS event stream, put together from however many pieces. Both checksums of each are checked.
// https://smithy.io/2.0/aws/amazon-eventstream.html
import { crc32 } from 'node:zlib';
import { GatewayError } from 'portico';

export interface Frame {
  /** Those whose value is a string: all that are used here. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

/** Total length, length of the headers, checksum of both. */
const preludeBytes = 12;
const checksumBytes = 4;
/** The format allows 16 MiB of payload and 128 KiB of headers. */
const mostBytes = 16 * 1024 * 1024 + 128 * 1024 + preludeBytes + checksumBytes;

export class FrameReader {
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** Of the frame that is being put together, once its prelude is there. */
  #wanted: number | undefined;

  /** The frames that are whole by now. Throws `upstream-invalid` for what cannot be one. */
  push(piece: Buffer): Frame[] {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    const frames: Frame[] = [];
    for (;;) {
      const next = this.#next();
      if (next === undefined) return frames;
      frames.push(next);
    }
  }

  /** Whether a frame has begun that is not whole. */
  get midway(): boolean {
    return this.#bytes > 0;
  }

  #next(): Frame | undefined {
    if (this.#bytes < (this.#wanted ?? preludeBytes)) return undefined;
    const bytes = this.#joined();
    this.#wanted ??= lengthOf(bytes);
    if (this.#bytes < this.#wanted) return undefined;
    const frame = read(bytes.subarray(0, this.#wanted));
    const rest = bytes.subarray(this.#wanted);
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    this.#wanted = undefined;
    return frame;
  }

  #joined(): Buffer {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0] ?? Buffer.alloc(0);
  }
}

function lengthOf(bytes: Buffer): number {
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) throw broken('the checksum of a prelude is wrong');
  const length = bytes.readUInt32BE(0);
  const headers = bytes.readUInt32BE(4);
  if (length > mostBytes || headers + preludeBytes + checksumBytes > length) throw broken('a length is wrong');
  return length;
}

function read(bytes: Buffer): Frame {
  const end = bytes.length - checksumBytes;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end)) throw broken('the checksum of a frame is wrong');
  const payloadAt = preludeBytes + bytes.readUInt32BE(4);
  return { headers: headersOf(bytes.subarray(preludeBytes, payloadAt)), payload: bytes.subarray(payloadAt, end) };
}

/** Bytes of a value by its type; types 6 and 7 say their length in two bytes before it. */
const sizes: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const text = 7;

function headersOf(bytes: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  let at = 0;
  try {
    while (at < bytes.length) {
      const nameEnd = at + 1 + bytes.readUInt8(at);
      const name = bytes.toString('utf8', at + 1, nameEnd);
      const type = bytes.readUInt8(nameEnd);
      const fixed = sizes[type];
      const start = nameEnd + (fixed === undefined ? 3 : 1);
      at = start + (fixed ?? bytes.readUInt16BE(nameEnd + 1));
      if (at > bytes.length) throw new RangeError('beyond the end');
      if (type === text) headers[name] = bytes.toString('utf8', start, at);
    }
  } catch (error) {
    if (error instanceof RangeError) throw broken('the headers of a frame are malformed');
    throw error;
  }
  return headers;
}

function broken(what: string): GatewayError {
  return new GatewayError('upstream-invalid', { message: `The upstream's event stream is damaged: ${what}.` });
}
