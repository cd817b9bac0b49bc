// Takes in the body of a request: decompressed, bounded, timed, and given up when its client leaves. What becomes of the
// bytes is the receiver's affair; it may ask for a pause, which the client's socket feels.
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { type Alarm, type Clock, type ErrorCode, GatewayError } from '../../core/index.ts';
import { decode, decoderFor } from './request-encoding.ts';

/** As much of an AbortSignal as is needed: to make a whole one for each request costs more. */
export interface Abandonable {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface IntakeOptions {
  /** Bytes after decompression. */
  readonly maxBytes: number;
  /** Leave compressed what is compressed. */
  readonly asSent?: boolean;
  readonly clock: Clock;
  /** Milliseconds for the whole body to arrive; 0 is off. */
  readonly timeoutMs: number;
  /** Of the call; an AbortSignal is one. */
  readonly signal: Abandonable;
}

/** What `take` and `end` throw goes to `fail`, which is called once at most and is the last call. */
export interface Receiver {
  take(chunk: Buffer): void;
  end(): void;
  fail(error: unknown): void;
}

const damaged = 'The request body could not be decompressed.';

/**
 * `fail` hears `body-too-large`, `request-timeout`, `client-closed`, `invalid-request` (damaged compression), or what the
 * receiver threw. After it the rest of the body is unread: the connection cannot be used again.
 */
export class Intake {
  /** That have arrived so far, after decompression. */
  bytes = 0;
  readonly #request: IncomingMessage;
  /** The request, or the decoder it flows through. */
  readonly #stream: Readable;
  readonly #options: IntakeOptions;
  readonly #receiver: Receiver;
  readonly #alarm: Alarm | undefined;
  #stopped = false;

  /** Throws `body-too-large`, `unsupported-encoding` or `client-closed` where that is known beforehand. */
  constructor(request: IncomingMessage, options: IntakeOptions, receiver: Receiver) {
    if (Number(request.headers['content-length'] ?? 0) > options.maxBytes) throw new GatewayError('body-too-large');
    if (options.signal.aborted || request.destroyed) throw new GatewayError('client-closed');
    const decoder = options.asSent === true ? undefined : decoderFor(request.headers['content-encoding']);
    this.#request = request;
    this.#stream = decoder ?? request;
    this.#options = options;
    this.#receiver = receiver;
    if (options.timeoutMs > 0)
      this.#alarm = options.clock.after(options.timeoutMs, () => this.#refuse('request-timeout'));
    options.signal.addEventListener('abort', this.#left);
    request.on('close', this.#left).on('error', this.#left);
    this.#stream.on('data', this.#take).on('end', this.#finish);
    if (decoder !== undefined) decode(request, decoder, () => this.#refuse('invalid-request', damaged));
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    if (!this.#stopped) this.#stream.resume();
  }

  /** Gives up: stops reading and tells the receiver. */
  stop(error: unknown): void {
    if (this.#stopped) return;
    this.#release();
    // A connection that breaks while the error is being told must not end the process.
    this.#request.on('error', () => undefined).pause();
    if (this.#stream !== this.#request) {
      this.#request.unpipe();
      this.#stream.destroy();
    }
    this.#receiver.fail(error);
  }

  /** Nobody wants the rest: it is read and dropped, so that the connection can go on or end well. */
  discard(): void {
    if (this.#stopped) return;
    this.#release();
    this.#request.on('error', () => undefined);
    if (this.#stream !== this.#request) {
      this.#request.unpipe();
      this.#stream.destroy();
    }
    this.#request.resume();
  }

  #refuse(code: ErrorCode, message?: string): void {
    this.stop(new GatewayError(code, message === undefined ? {} : { message }));
  }

  /** A request also closes after its last byte, which may be before the decoder has given out its own. */
  readonly #left = (): void => {
    if (!this.#request.complete || this.#options.signal.aborted) this.#refuse('client-closed');
  };

  readonly #take = (chunk: Buffer): void => {
    this.bytes += chunk.length;
    try {
      if (this.bytes > this.#options.maxBytes) throw new GatewayError('body-too-large');
      this.#receiver.take(chunk);
    } catch (error) {
      this.stop(error);
    }
  };

  readonly #finish = (): void => {
    try {
      this.#receiver.end();
      this.#release();
    } catch (error) {
      this.stop(error);
    }
  };

  #release(): void {
    this.#stopped = true;
    this.#alarm?.cancel();
    this.#options.signal.removeEventListener('abort', this.#left);
    this.#request.off('close', this.#left).off('error', this.#left);
    this.#stream.off('data', this.#take).off('end', this.#finish);
  }
}
