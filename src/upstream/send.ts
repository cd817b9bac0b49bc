// One HTTP exchange with an upstream over undici's dispatch: a head to wait for, then a body that flows into a sink
// with backpressure. Holds the four timeouts. Never throws after the head: a broken body reaches the sink as `fail`.
import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { type Clock, GatewayError, type Sink, type Source } from '../core/index.ts';
import { isAtHand, type OutgoingBody } from './body/outgoing.ts';
import { Deadlines, type ExchangeTimeouts, type Limit } from './deadlines.ts';

export type { ExchangeTimeouts } from './deadlines.ts';

/** Bytes kept for a reader that has not come yet, before the upstream is asked to wait. */
const mostWaiting = 64 * 1024;

export interface Outgoing {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OutgoingBody;
  /** The protocol to switch to. */
  readonly upgrade?: 'websocket' | undefined;
  /** For TLS, where it is not the Host header that tells. */
  readonly servername?: string;
}

export interface Head {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  /** With status 101: what the connection has become. No body flows. */
  readonly socket?: Duplex;
}

type Controller = Dispatcher.DispatchController;

export class Exchange implements Source, Dispatcher.DispatchHandler {
  readonly head: Promise<Head>;
  readonly #resolve: (head: Head) => void;
  readonly #reject: (error: Error) => void;
  readonly #deadlines: Deadlines;
  #controller: Controller | undefined;
  #sink: Sink | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #ended = false;
  #error: Error | undefined;
  #aborted: Error | undefined;
  #settled = false;

  constructor(dispatcher: Dispatcher, outgoing: Outgoing, timeouts: ExchangeTimeouts, clock: Clock) {
    const { promise, resolve, reject } = Promise.withResolvers<Head>();
    this.head = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#deadlines = new Deadlines(clock, timeouts, (limit) => this.#expire(limit));
    const { body } = outgoing;
    const atHand = isAtHand(body);
    dispatcher.dispatch(
      {
        origin: outgoing.origin,
        path: outgoing.path,
        method: outgoing.method as Dispatcher.HttpMethod,
        headers: outgoing.headers as Record<string, string>,
        body: atHand ? joined(body) : (this.#watched(body) as unknown as Buffer),
        headersTimeout: 0,
        bodyTimeout: 0,
        upgrade: outgoing.upgrade ?? null,
        servername: outgoing.servername,
      } as Dispatcher.DispatchOptions,
      this,
    );
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#aborted !== undefined) controller.abort(this.#aborted);
  }

  onResponseStart(
    _controller: Controller,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#settled = true;
    this.#resolve({ status, headers: headers as Record<string, string | string[]> });
  }

  onRequestUpgrade(_controller: Controller, status: number, headers: IncomingHttpHeaders, socket: Duplex): void {
    this.#deadlines.cancel();
    this.#ended = true;
    this.#settled = true;
    this.#resolve({ status, headers: headers as Head['headers'], socket });
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#deadlines.byte();
    if (this.#sink !== undefined) {
      if (!this.#sink.data(chunk)) controller.pause();
      return;
    }
    // A short answer is whole before anybody could listen: to stop the parser for it would cost more than it takes.
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > mostWaiting) controller.pause();
  }

  onResponseEnd(): void {
    this.#deadlines.cancel();
    this.#ended = true;
    this.#sink?.end();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#deadlines.cancel();
    const cause = this.#aborted ?? error;
    this.#error = cause;
    if (!this.#settled) {
      this.#settled = true;
      this.#reject(cause);
      return;
    }
    this.#sink?.fail(cause);
  }

  flow(sink: Sink): void {
    this.#sink = sink;
    let open = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const chunk of waiting) open = sink.data(chunk) && open;
    if (this.#ended) sink.end();
    else if (this.#error !== undefined) sink.fail(this.#error);
    else if (open) this.resume();
  }

  /** The whole body, where it has arrived already and nobody has listened yet; it will not flow any more. */
  takeWhole(): Buffer | undefined {
    if (!this.#ended || this.#sink !== undefined) return undefined;
    const chunks = this.#waiting;
    this.#waiting = [];
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  }

  resume(): void {
    if (this.#controller?.paused === true) this.#controller.resume();
  }

  abort(reason: Error): void {
    if (this.#ended || this.#error !== undefined || this.#aborted !== undefined) return;
    this.#aborted = reason;
    if (this.#controller !== undefined) return this.#controller.abort(reason);
    // Still connecting: whoever waits is told now, the request itself is dropped as soon as it could start.
    this.#deadlines.cancel();
    this.#settled = true;
    this.#reject(reason);
  }

  /** The wait for an answer is the upstream's only while it has something to read: not while the client is awaited. */
  async *#watched(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    this.#deadlines.pauseFirstByte();
    for await (const chunk of body) {
      this.#deadlines.awaitFirstByte();
      yield chunk;
      this.#deadlines.pauseFirstByte();
    }
    this.#deadlines.awaitFirstByte();
  }

  /** A body that waits for a slow reader is not idle. */
  #expire(limit: Limit): boolean {
    if (limit === 'idle' && this.#controller?.paused === true) return false;
    this.abort(new GatewayError('upstream-timeout', { message: `The upstream did not answer in time (${limit}).` }));
    return true;
  }
}

/** undici sends any iterable; its types name only the async ones. */
function joined(body: readonly Buffer[]): Buffer | null {
  if (body.length === 0) return null;
  return body.length === 1 ? (body[0] as Buffer) : (body as unknown as Buffer);
}
