// A WebSocket on which requests are made one after the other. Each is asked of the gateway as a request of its own; what it
// answers goes out as frames.
import type { WebSocket } from 'ws';
import {
  type Alarm,
  type Clock,
  type Dialect,
  GatewayError,
  type SessionTalk,
  systemClock,
} from '../../../core/index.ts';
import { EventSplitter } from '../../../dialects/sse.ts';
import { newCallId } from '../../call/call-id.ts';
import type { Asking, Listener } from './ask.ts';

/** Without a request. */
const idleMs = 600_000;
/** Between looks whether the client is still there. */
const pingMs = 30_000;
/** For the client's own Close frame. */
const closeMs = 2_000;
/** Messages that wait behind the one that is being answered. */
const mostWaiting = 4;
/** Bytes of frames that the client has not taken yet. */
const mostUnsent = 1024 * 1024;
/** Bytes of an answer that is no stream. */
const longestWhole = 64 * 1024 * 1024;
/** RFC 6455 7.4.1: normal; the endpoint goes away; data that is not taken. */
const codes = { idle: 1000, away: 1001, binary: 1003 } as const;

export interface SessionParts {
  readonly socket: WebSocket;
  readonly dialect: Dialect;
  readonly talk: SessionTalk;
  readonly clock: Clock;
  ask(body: string, listener: Listener): Asking;
  closed(): void;
}

export class Session {
  readonly #parts: SessionParts;
  readonly #idle: Alarm;
  readonly #ping: Alarm;
  readonly #waiting: string[] = [];
  #asking: Asking | undefined;
  #busy = false;
  #paused = false;
  #alive = true;
  /** Why it ends once the answer that is under way has been given. */
  #leaving: string | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { socket, clock } = parts;
    socket.on('message', (data, binary) => {
      if (binary) return socket.close(codes.binary, 'Messages are text here.');
      this.#take(String(data));
    });
    socket.on('pong', () => {
      this.#alive = true;
    });
    // A message that is too long or no text: the protocol's own Close frame says so.
    socket.on('error', () => undefined);
    socket.once('close', () => this.#gone());
    this.#idle = clock.after(idleMs, () => {
      if (!this.#busy) this.#close(codes.idle, 'Nothing was asked for ten minutes.');
    });
    this.#ping = clock.after(pingMs, () => this.#look());
  }

  /** Ends it behind the answer that is under way; what waits is refused. */
  leave(reason: string): void {
    this.#leaving ??= reason;
    for (const _ of this.#waiting.splice(0)) this.#refuse(new GatewayError('draining'));
    if (!this.#busy) this.#close(codes.away, this.#leaving);
  }

  /** At once. */
  terminate(): void {
    this.#parts.socket.terminate();
  }

  #take(message: string): void {
    if (this.#leaving !== undefined) return this.#refuse(new GatewayError('draining'));
    if (!this.#busy) return this.#start(message);
    if (this.#waiting.length < mostWaiting) {
      this.#waiting.push(message);
      return;
    }
    const told = 'Requests of a connection are answered one after the other, and too many wait already.';
    this.#refuse(new GatewayError('rate-limited', { message: told }));
  }

  #start(message: string): void {
    this.#busy = true;
    this.#idle.cancel();
    try {
      const heard = this.#parts.talk.hear(message);
      if (heard.kind === 'request') {
        this.#asking = this.#parts.ask(heard.body, this.#listener());
        return;
      }
      if (heard.kind === 'answer') for (const frame of heard.frames) this.#send(frame);
    } catch (thrown) {
      this.#refuse(thrown instanceof GatewayError ? thrown : new GatewayError('internal'));
    }
    this.#done();
  }

  #listener(): Listener {
    const { talk } = this.#parts;
    const events = new EventSplitter();
    const whole: Buffer[] = [];
    let bytes = 0;
    let head: Parameters<Listener['head']> | undefined;
    const tell = (all: readonly { readonly data: string }[]) => {
      for (const { data } of all) {
        const frame = talk.event(data);
        if (frame !== undefined) this.#send(frame);
      }
    };
    return {
      head: (status, headers) => {
        const streams = status < 300 && String(headers['content-type']).includes('text/event-stream');
        head = streams ? undefined : [status, headers];
      },
      data: (chunk) => {
        if (head === undefined) return tell(events.push(chunk));
        bytes += chunk.length;
        if (bytes <= longestWhole) whole.push(chunk);
      },
      end: () => {
        if (head === undefined) tell(events.end());
        else for (const frame of talk.answer(...head, Buffer.concat(whole).toString())) this.#send(frame);
        this.#done();
      },
      failed: () => {
        this.#refuse(new GatewayError('upstream-truncated'));
        this.#done();
      },
    };
  }

  #done(): void {
    this.#asking = undefined;
    this.#busy = false;
    this.#paused = false;
    if (this.#leaving !== undefined) return this.#close(codes.away, this.#leaving);
    const next = this.#waiting.shift();
    if (next !== undefined) return this.#start(next);
    this.#idle.restart();
  }

  #send(frame: string): void {
    const { socket } = this.#parts;
    if (socket.readyState !== socket.OPEN) return;
    socket.send(frame, () => this.#taken());
    if (this.#paused || socket.bufferedAmount <= mostUnsent) return;
    this.#paused = true;
    this.#asking?.pause();
  }

  #taken(): void {
    if (!this.#paused || this.#parts.socket.bufferedAmount > mostUnsent / 2) return;
    this.#paused = false;
    this.#asking?.resume();
  }

  /** An error of the session itself, in the words of an answer. */
  #refuse(error: GatewayError): void {
    const { dialect, talk, clock } = this.#parts;
    const { code, status, message, param, retryAfterMs } = error;
    const callId = newCallId(clock.now());
    const told = dialect.encodeError({ code, status, message, param, callId, retryAfterMs });
    for (const frame of talk.answer(told.status, {}, told.body)) this.#send(frame);
  }

  /** Whoever does not answer a ping is not there any more. */
  #look(): void {
    if (!this.#alive) return this.terminate();
    this.#alive = false;
    this.#parts.socket.ping();
    this.#ping.restart();
  }

  #close(code: number, reason: string): void {
    const { socket } = this.#parts;
    socket.close(code, reason);
    // The socket's, not the calls': an injected clock need not move for it.
    const limit = systemClock.after(closeMs, () => socket.terminate());
    socket.once('close', () => limit.cancel());
  }

  #gone(): void {
    this.#idle.cancel();
    this.#ping.cancel();
    this.#waiting.length = 0;
    this.#asking?.abort();
    this.#parts.closed();
  }
}
