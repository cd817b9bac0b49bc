// A request's body that goes upstream while it arrives: bounded and timed, nothing of it kept, so it can be sent once
// only. An upstream that reads slowly slows its client down.
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../core/index.ts';
import { Intake, type IntakeOptions } from './intake.ts';
import { plainLength } from './outgoing.ts';

/** Bytes that wait for the upstream before the client is made to. */
const mostWaiting = 256 * 1024;

export class ArrivingBody implements AsyncIterable<Buffer> {
  readonly kind = 'arriving';
  /** As the client announced it; undefined where it did not, or what it sends is decompressed here. */
  readonly length: number | undefined;
  /** Why it broke off, once it has: a GatewayError to be told to the client. */
  failure: unknown;
  /** Whether any of it was taken: it cannot be sent again. */
  begun = false;
  complete = false;
  readonly #intake: Intake;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #wake: (() => void) | undefined;

  /** Throws what `Intake` throws. */
  constructor(request: IncomingMessage, options: IntakeOptions) {
    this.length = plainLength(request.headers, options.asSent);
    this.#intake = new Intake(request, options, {
      take: (chunk) => this.#take(chunk),
      end: () => {
        this.complete = true;
        this.#wake?.();
      },
      fail: (error) => {
        this.failure = error;
        this.#waiting = [];
        this.#wake?.();
      },
    });
  }

  /** That have arrived so far. */
  get bytes(): number {
    return this.#intake.bytes;
  }

  /** Nobody needs the rest. */
  close(): void {
    if (this.complete || this.failure !== undefined) return;
    this.failure = new GatewayError('client-closed');
    this.#waiting = [];
    this.#intake.discard();
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void> {
    if (this.begun) throw new Error('a body that is not kept cannot be sent twice');
    for (;;) {
      if (this.failure !== undefined) throw this.failure;
      const chunks = this.#waiting;
      if (chunks.length === 0) {
        if (this.complete) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      this.begun = true;
      this.#waiting = [];
      this.#waitingBytes = 0;
      this.#intake.resume();
      yield* chunks;
    }
  }

  #take(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= mostWaiting) this.#intake.pause();
    this.#wake?.();
  }
}
