// One HTTP exchange with an upstream over undici's dispatch: a head to wait for, then a body that flows into a sink
// with backpressure. Holds the four timeouts. Never throws after the head: a broken body reaches the sink as `fail`.
import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { type Alarm, type Clock, GatewayError, type Sink, type Source } from '../core/index.ts';
import { isAtHand, type OutgoingBody } from './body/outgoing.ts';

export interface Outgoing {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OutgoingBody;
  /** The protocol to switch to. */
  readonly upgrade?: 'websocket';
  /** For TLS, where it is not the Host header that tells. */
  readonly servername?: string;
}

/** Milliseconds; 0 is off. The connection's own limit is the pool's. */
export interface ExchangeTimeouts {
  readonly firstByte: number;
  readonly idle: number;
  readonly total: number;
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
  readonly #clock: Clock;
  readonly #timeouts: ExchangeTimeouts;
  #controller: Controller | undefined;
  #sink: Sink | undefined;
  #waiting: Buffer[] = [];
  #ended = false;
  #error: Error | undefined;
  #aborted: Error | undefined;
  #settled = false;
  #sawByte = false;
  #firstByte: Alarm | undefined;
  #idle: Alarm | undefined;
  #total: Alarm | undefined;

  constructor(dispatcher: Dispatcher, outgoing: Outgoing, timeouts: ExchangeTimeouts, clock: Clock) {
    const { promise, resolve, reject } = Promise.withResolvers<Head>();
    this.head = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#clock = clock;
    this.#timeouts = timeouts;
    const { body } = outgoing;
    const atHand = isAtHand(body);
    this.#awaitFirstByte();
    if (timeouts.total > 0) this.#total = clock.after(timeouts.total, () => this.#expire('total'));
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
    controller: Controller,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#settled = true;
    this.#resolve({ status, headers: headers as Record<string, string | string[]> });
    // Nothing may flow before somebody listens: small bodies would otherwise race the code that decides about them.
    if (this.#sink === undefined) controller.pause();
  }

  onRequestUpgrade(_controller: Controller, status: number, headers: IncomingHttpHeaders, socket: Duplex): void {
    this.#finish();
    this.#ended = true;
    this.#settled = true;
    this.#resolve({ status, headers: headers as Head['headers'], socket });
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (!this.#sawByte) this.#began();
    else this.#idle?.restart();
    if (this.#sink === undefined) {
      this.#waiting.push(chunk);
      controller.pause();
      return;
    }
    if (!this.#sink.data(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#finish();
    this.#ended = true;
    this.#sink?.end();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#finish();
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

  resume(): void {
    if (this.#controller?.paused === true) this.#controller.resume();
  }

  abort(reason: Error): void {
    if (this.#ended || this.#error !== undefined || this.#aborted !== undefined) return;
    this.#aborted = reason;
    if (this.#controller !== undefined) return this.#controller.abort(reason);
    // Still connecting: whoever waits is told now, the request itself is dropped as soon as it could start.
    this.#finish();
    this.#settled = true;
    this.#reject(reason);
  }

  /** The wait for an answer is the upstream's only while it has something to read: not while the client is awaited. */
  async *#watched(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    this.#firstByte?.cancel();
    for await (const chunk of body) {
      this.#awaitFirstByte();
      yield chunk;
      this.#firstByte?.cancel();
    }
    this.#awaitFirstByte();
  }

  #awaitFirstByte(): void {
    const { firstByte } = this.#timeouts;
    if (firstByte > 0 && !this.#over()) {
      this.#firstByte = this.#clock.after(firstByte, () => this.#expire('first byte'));
    }
  }

  #over(): boolean {
    return this.#sawByte || this.#ended || this.#error !== undefined || this.#aborted !== undefined;
  }

  #began(): void {
    this.#sawByte = true;
    this.#firstByte?.cancel();
    const { idle } = this.#timeouts;
    if (idle > 0) this.#idle = this.#clock.after(idle, () => this.#starved());
  }

  /** A body that waits for a slow reader is not idle. */
  #starved(): void {
    if (this.#controller?.paused === true) this.#idle?.restart();
    else this.#expire('idle');
  }

  #expire(which: string): void {
    this.abort(new GatewayError('upstream-timeout', { message: `The upstream did not answer in time (${which}).` }));
    this.#finish();
  }

  #finish(): void {
    this.#firstByte?.cancel();
    this.#idle?.cancel();
    this.#total?.cancel();
  }
}

/** undici sends any iterable; its types name only the async ones. */
function joined(body: readonly Buffer[]): Buffer | null {
  if (body.length === 0) return null;
  return body.length === 1 ? (body[0] as Buffer) : (body as unknown as Buffer);
}
