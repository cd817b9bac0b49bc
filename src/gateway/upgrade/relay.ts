// Two sockets joined: bytes go both ways with backpressure, the end of one is the end of the other, and silence has a
// limit. The bytes are not touched; their frames are followed, for the gateway's own goodbye and for the record.
import type { Duplex } from 'node:stream';
import { type Alarm, GatewayError } from '../../core/index.ts';
import type { UpstreamSocket } from '../../upstream/upgrade/upstream-socket.ts';
import type { GatewayCall } from '../call/call.ts';
import { closeFrame, Frames } from './frames.ts';

/** For the other side to end once one has. */
const endMs = 5_000;
/** "The endpoint is going away" (RFC 6455 7.4.1). */
const goingAway = 1001;

/** Resolves when both sockets are gone; the call's outcome is then known. */
export function relay(call: GatewayCall, client: Duplex, upstream: UpstreamSocket): Promise<void> {
  return new Promise((resolve) => new Relay(call, client, upstream, resolve).join());
}

type Side = 'client' | 'upstream';

class Relay {
  readonly #call: GatewayCall;
  readonly #client: Duplex;
  readonly #source: UpstreamSocket;
  readonly #resolve: () => void;
  readonly #up = new Frames();
  readonly #down = new Frames();
  readonly #idle: Alarm | undefined;
  #limit: Alarm | undefined;
  /** Why the gateway ended it, or which side went first. */
  #cause: Error | Side | undefined;
  #open = 2;

  constructor(call: GatewayCall, client: Duplex, source: UpstreamSocket, resolve: () => void) {
    this.#call = call;
    this.#client = client;
    this.#source = source;
    this.#resolve = resolve;
    const { idleMs } = source;
    const message = `Nothing was sent either way for ${idleMs / 1000} s.`;
    const silent = () => call.abandon(new GatewayError('upstream-timeout', { message }));
    if (idleMs > 0) this.#idle = call.clock.after(idleMs, silent);
  }

  join(): void {
    this.#pipe('client', this.#client, this.#source.socket);
    this.#pipe('upstream', this.#source.socket, this.#client);
    this.#source.onAbort((reason) => this.#leave(reason));
  }

  #pipe(side: Side, from: Duplex, to: Duplex): void {
    from.on('data', (chunk: Buffer) => {
      // What comes after the goodbye is nobody's any more.
      if (this.#cause instanceof Error || !to.writable) return;
      this.#count(side, chunk);
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.once('end', () => {
      this.#over(side);
      to.end();
    });
    from.once('close', () => this.#closed(side, from, to));
    if (from.closed) return this.#closed(side, from, to);
    from.resume();
  }

  #closed(side: Side, from: Duplex, to: Duplex): void {
    this.#over(side);
    // What is on its way to the other still arrives; a break is passed on as one.
    if (from.readableEnded) to.end();
    else to.end(() => to.destroy());
    to.resume();
    this.#open -= 1;
    if (this.#open === 0) this.#finish();
  }

  #count(side: Side, chunk: Buffer): void {
    this.#idle?.restart();
    if (side === 'client') {
      this.#call.bytesIn += chunk.length;
      this.#up.push(chunk);
      return;
    }
    this.#call.bytesOut += chunk.length;
    this.#down.push(chunk);
  }

  /** One side has said its last. */
  #over(side: Side): void {
    this.#cause ??= side;
    this.#limitEnd();
  }

  /** Tells both sides that the gateway goes, where that would not fall into a frame. */
  #leave(reason: Error): void {
    if (this.#cause !== undefined) return;
    this.#cause = reason;
    const both = [
      { socket: this.#client, frames: this.#down, masked: false },
      { socket: this.#source.socket, frames: this.#up, masked: true },
    ];
    for (const { socket, frames, masked } of both) {
      if (frames.between && !frames.closed) socket.write(closeFrame(goingAway, reason.message, masked));
      socket.end();
      socket.resume();
    }
    this.#limitEnd();
  }

  #limitEnd(): void {
    this.#limit ??= this.#call.clock.after(endMs, () => {
      this.#client.destroy();
      this.#source.socket.destroy();
    });
  }

  #finish(): void {
    this.#idle?.cancel();
    this.#limit?.cancel();
    this.#judge();
    this.#resolve();
  }

  #judge(): void {
    const call = this.#call;
    const cause = this.#cause;
    if (cause instanceof Error) {
      call.outcome = 'error';
      call.error = cause instanceof GatewayError ? cause.code : 'internal';
      return;
    }
    // A Close frame makes an end of it, whoever hangs up first.
    if (this.#up.closed || this.#down.closed) return;
    call.outcome = cause === 'client' ? 'aborted' : 'error';
    call.error = cause === 'client' ? 'client-closed' : 'upstream-truncated';
  }
}
