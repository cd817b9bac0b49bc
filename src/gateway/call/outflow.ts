// Writes a streaming body to its client. Small pieces that come in one turn of the event loop leave as one: an upstream
// that sends a hundred events at once would otherwise cost a hundred writes, each in a chunk of its own.
import type { ServerResponse } from 'node:http';

/** From here on a piece is written as it is: to copy it would cost more than a write. */
const largePiece = 8 * 1024;
const mostGathered = 64 * 1024;

export class Outflow {
  readonly #res: ServerResponse;
  #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(res: ServerResponse) {
    this.#res = res;
  }

  /** False asks for a pause until the response drains. */
  write(piece: Buffer): boolean {
    const res = this.#res;
    if (piece.length >= largePiece) {
      this.flush();
      return res.write(piece);
    }
    if (this.#bytes === 0) process.nextTick(flushOf, this);
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes > mostGathered) this.flush();
    return !res.writableNeedDrain;
  }

  flush(): void {
    if (this.#bytes === 0) return;
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#bytes = 0;
    if (this.#res.destroyed) return;
    this.#res.write(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
  }
}

/** One function for all: a closure per turn would be garbage. */
function flushOf(outflow: Outflow): void {
  outflow.flush();
}
