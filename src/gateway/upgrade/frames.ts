// Where the frames of a WebSocket begin and end (RFC 6455 5.2), so that the gateway can say goodbye between two of them
// and tell an end from a break. Payloads are passed over unread.
import { randomBytes } from 'node:crypto';

const closing = 8;
/** Bytes: a control frame has at most 125, two of which are the code. */
const mostReason = 123;

/** Follows one direction of a connection. */
export class Frames {
  /** A Close frame has gone by: what follows is the end of the connection. */
  closed = false;
  #payloadLeft = 0;
  #head: number[] = [];

  /** Whether a frame may be put in here. */
  get between(): boolean {
    return this.#payloadLeft === 0 && this.#head.length === 0;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#payloadLeft > 0) {
        const passed = Math.min(this.#payloadLeft, chunk.length - at);
        this.#payloadLeft -= passed;
        at += passed;
        continue;
      }
      this.#head.push(chunk[at] as number);
      at += 1;
      if (this.#head.length >= 2 && this.#head.length === lengthOfHead(this.#head[1] as number)) this.#begin();
    }
  }

  #begin(): void {
    const [first = 0, second = 0, ...rest] = this.#head;
    if ((first & 15) === closing) this.closed = true;
    const short = second & 127;
    const bytes = rest.slice(0, short === 127 ? 8 : 2);
    this.#payloadLeft = short < 126 ? short : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    this.#head = [];
  }
}

/** Two bytes, then a long length and a mask where there are any. */
function lengthOfHead(second: number): number {
  const short = second & 127;
  return 2 + (short === 127 ? 8 : short === 126 ? 2 : 0) + (second & 128 ? 4 : 0);
}

/** A Close frame. A client's are masked, a server's must not be. `reason` is cut to what fits. */
export function closeFrame(code: number, reason: string, masked: boolean): Buffer {
  const whole = Buffer.from(reason);
  let length = Math.min(whole.length, mostReason);
  // Not in the middle of a character.
  while (((whole[length] ?? 0) & 0xc0) === 0x80) length -= 1;
  const text = whole.subarray(0, length);
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 255]), text]);
  if (!masked) return Buffer.concat([Buffer.from([128 | closing, payload.length]), payload]);
  const mask = randomBytes(4);
  const hidden = payload.map((byte, index) => byte ^ (mask[index & 3] as number));
  return Buffer.concat([Buffer.from([128 | closing, 128 | payload.length]), mask, hidden]);
}
