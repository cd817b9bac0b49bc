// The sessions of one data thread, and the handler in memory that their requests go to.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type Clock, type Dialect, GatewayError, type SessionWords } from '../../../core/index.ts';
import { withoutKey } from '../../../dialects/key-subprotocol.ts';
import { newCallId } from '../../call/call-id.ts';
import type { Binding } from '../../door/listeners.ts';
import { ask } from './ask.ts';
import { Session } from './session.ts';

/** That of a handshake that was let in, and a little of our own. */
const maxHeaderSize = 32 * 1024;

export interface Opening {
  readonly req: IncomingMessage;
  /** Bare, and with all that came behind the handshake put back. */
  readonly socket: Socket;
  readonly binding: Binding;
  readonly dialect: Dialect;
  readonly words: SessionWords;
  /** Bytes of one message. */
  readonly maxMessage: number;
  /** Of the handshake's answer. */
  readonly headers: Readonly<Record<string, string>>;
}

type Serve = (binding: Binding, req: IncomingMessage, res: ServerResponse) => void;

export class Sessions {
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #bindings = new WeakMap<Duplex, Binding>();
  readonly #open = new Map<Session, Binding>();
  #whenEmpty: (() => void) | undefined;

  constructor(clock: Clock, serve: Serve) {
    this.#clock = clock;
    const options = { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0, maxHeaderSize };
    this.#server = new Server(options, (req, res) => {
      const binding = this.#bindings.get(req.socket);
      if (binding === undefined) return void res.writeHead(503).end();
      serve(binding, req, res);
    });
    this.#server.maxHeadersCount = 0;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Answers the handshake, which must be a sound one, and listens. */
  open({ req, socket, binding, dialect, words, maxMessage, headers }: Opening): void {
    // Compression would cost each connection a window of its own and every message a turn of the thread pool.
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: maxMessage,
      handleProtocols: (offered) => firstOf(offered),
    });
    server.once('headers', (lines) =>
      lines.push(...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)),
    );
    server.handleUpgrade(req, socket, Buffer.alloc(0), (client) => {
      const clock = this.#clock;
      const talk = words.open({ now: () => clock.now(), newId: () => newCallId(clock.now()) });
      const carried = words.requestHeaders(req.headers);
      const path = req.url ?? '/';
      const session: Session = new Session({
        socket: client,
        dialect,
        talk,
        clock,
        ask: (body, listener) => {
          const arrived = (far: Duplex) => void this.#bindings.set(far, binding);
          return ask(this.#server, { path, headers: carried, body, peer: socket }, arrived, listener);
        },
        closed: () => this.#closed(session),
      });
      this.#open.set(session, binding);
      socket.resume();
    });
  }

  /** Ends those of listeners that are no more, each behind its answer. */
  sweep(): void {
    for (const [session, binding] of this.#open) if (binding.closing) session.leave('The listener is closing.');
  }

  /** Ends all of them, each behind its answer. */
  leave(): void {
    for (const session of this.#open.keys()) session.leave('The gateway is shutting down.');
  }

  /** Resolves when none is open. */
  closed(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenEmpty = resolve;
    });
  }

  #closed(session: Session): void {
    this.#open.delete(session);
    if (this.#open.size === 0) this.#whenEmpty?.();
  }
}

const soundKey = /^[+/0-9A-Za-z]{22}==$/;

/** Throws `invalid-request` where the handshake is none (RFC 6455 4.2.1). */
export function mustBeSound({ headers }: IncomingMessage): void {
  const version = headers['sec-websocket-version'];
  if ((version === '13' || version === '8') && soundKey.test(headers['sec-websocket-key'] ?? '')) return;
  throw new GatewayError('invalid-request', { message: 'The handshake lacks Sec-WebSocket-Key or a known version.' });
}

/** A browser's key is among what it offers; it is not echoed. */
function firstOf(offered: ReadonlySet<string>): string | false {
  const headers: Record<string, string> = { 'sec-websocket-protocol': [...offered].join(', ') };
  withoutKey(headers);
  return headers['sec-websocket-protocol']?.split(', ')[0] ?? false;
}
