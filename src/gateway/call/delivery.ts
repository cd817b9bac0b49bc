// A streaming body on its way to one client: backpressure, heartbeats, the in-band error when it breaks off, and what
// happens when the client leaves first (the route's onDisconnect).
import type { ServerResponse } from 'node:http';
import { type Alarm, GatewayError, type Sink, type Source } from '../../core/index.ts';
import { laterUsage } from '../../dialects/usage.ts';
import { usageInTail } from '../../upstream/answer/json-tail.ts';
import { type Ending, Tail } from '../../upstream/answer/tail.ts';
import type { GatewayCall } from './call.ts';
import { failureOf } from './failure-of.ts';
import { Outflow } from './outflow.ts';
import { Silence } from './silence.ts';

/** Bounds of reading on for usage after the client has left. */
const drainMs = 60_000;
const drainBytes = 8 * 1024 * 1024;

export class Delivery implements Sink {
  /** Resolves when the last byte has left, or nothing more will. */
  readonly done: Promise<void>;
  readonly #call: GatewayCall;
  readonly #res: ServerResponse;
  readonly #out: Outflow;
  readonly #source: Source;
  readonly #events: boolean;
  readonly #tail: Tail;
  readonly #settle: () => void;
  readonly #onDrain = () => this.#source.resume();
  #heartbeat: Silence | undefined;
  #drainLimit: Alarm | undefined;
  #ending: Ending | undefined;
  #left = false;
  #leftBytes = 0;
  #over = false;

  constructor(call: GatewayCall, source: Source, events: boolean) {
    this.#call = call;
    this.#res = call.res;
    this.#out = new Outflow(call.res);
    this.#source = source;
    this.#events = events;
    this.#tail = new Tail(events);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.#settle = resolve;
    call.leaves = () => this.#leave();
    this.#res.on('drain', this.#onDrain);
    const every = call.match?.route.heartbeat ?? 0;
    if (events && every > 0) this.#heartbeat = new Silence(call.clock, every, () => this.#beat());
    source.flow(this);
  }

  data(chunk: Buffer): boolean {
    const call = this.#call;
    call.firstByteAt ??= call.clock.ticks();
    this.#tail.push(chunk);
    if (this.#left) return this.#discard(chunk);
    call.bytesOut += chunk.length;
    this.#heartbeat?.heard();
    return this.#out.write(chunk);
  }

  end(): void {
    const call = this.#call;
    this.#read();
    if (this.#left) return this.#finish();
    const cut = this.#truncated();
    if (cut !== undefined) return this.fail(cut);
    call.outcome = call.error === undefined ? 'ok' : 'error';
    this.#close();
  }

  fail(error: Error): void {
    const call = this.#call;
    this.#read();
    if (this.#left || this.#res.destroyed) return this.#finish();
    call.outcome = 'error';
    const told = call.gone ?? (error instanceof GatewayError ? error : new GatewayError('upstream-truncated'));
    call.error = told.code;
    call.reason = told.message;
    call.trouble ??= told.code === 'internal' ? told.cause : undefined;
    if (!this.#events) {
      this.#out.flush();
      // The length or the chunking tells the client that this is not all.
      this.#res.destroy();
      return this.#finish();
    }
    this.#out.flush();
    const gap = this.#tail.betweenEvents ? '' : '\n\n';
    this.#res.write(gap + call.codec.encodeStreamError(failureOf(call, told)));
    this.#close();
  }

  #close(): void {
    const finish = () => this.#finish();
    this.#out.flush();
    this.#res.once('close', finish);
    this.#res.end(finish);
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#heartbeat?.cancel();
    this.#drainLimit?.cancel();
    this.#res.off('drain', this.#onDrain);
    this.#call.leaves = undefined;
    if (this.#left || !this.#res.writableFinished) {
      this.#call.outcome = this.#call.outcome === 'error' ? 'error' : 'aborted';
      this.#call.error ??= 'client-closed';
    }
    this.#settle();
  }

  /** True when the body is read on without its client. */
  #leave(): boolean {
    if (this.#over) return false;
    this.#left = true;
    if (this.#call.match?.route.onDisconnect !== 'drain') return false;
    const enough = () => this.#call.abandon(new GatewayError('client-closed'));
    this.#drainLimit = this.#call.clock.after(drainMs, enough);
    this.#source.resume();
    return true;
  }

  #discard(chunk: Buffer): boolean {
    this.#leftBytes += chunk.length;
    if (this.#leftBytes > drainBytes) this.#call.abandon(new GatewayError('client-closed'));
    return true;
  }

  #beat(): void {
    if (this.#over || this.#left) return;
    if (this.#tail.betweenEvents && !this.#res.writableNeedDrain) this.#res.write(this.#call.codec.heartbeat);
  }

  /** A stream that ended without its dialect's own end is an error, whatever the connection says. */
  #truncated(): GatewayError | undefined {
    const ended = this.#ending;
    const { operation } = this.#call;
    const chat = operation === 'chat' || operation === 'completions';
    if (!this.#events || !chat || ended === undefined || ended.terminal || ended.error !== undefined) return undefined;
    return new GatewayError('upstream-truncated');
  }

  #read(): void {
    if (this.#ending !== undefined || !this.#call.reportsUsage) return;
    const call = this.#call;
    if (call.found.told !== undefined) {
      // The event that carried it may have been kept back from the client, and from those who changed the answer.
      const known = call.found.told.usageKnown || call.found.usage !== undefined;
      call.found.usage = laterUsage(call.found.usage, call.found.told.usage);
      if (!known) call.unread = this.#tail.bytes();
      return;
    }
    if (!this.#events) {
      call.found.usage ??= usageInTail(this.#tail.bytes(), call.codec);
      if (call.found.usage === undefined) call.unread = this.#tail.bytes();
      return;
    }
    this.#ending = this.#tail.read(call.codec);
    const opening = call.found.opening.findLast((event) => event.usage !== undefined)?.usage;
    call.found.usage = laterUsage(laterUsage(opening, this.#ending.usage), call.found.usage);
    if (call.found.usage === opening) call.unread = this.#tail.bytes();
    if (this.#ending.error !== undefined) call.error ??= 'upstream-failed';
  }
}
