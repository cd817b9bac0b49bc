// The sockets of one data thread. A listener is opened while a configuration is prepared and serves from its commit on;
// one that is no longer wanted stops accepting and lets its running requests finish.
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { LoadedListener, LoadedTls } from '../../config/loaded.ts';
import { refuse, refuseTunnel } from './bad-request.ts';
import { Exchanges } from './exchanges.ts';
import { lingersAfterAnswers } from './linger.ts';

/** What a connection may take, in milliseconds. */
export interface ConnectionLimits {
  /** For the head of a request to arrive. */
  readonly head: number;
  /** For a whole request to arrive; not less than `head`. */
  readonly request: number;
  /** For a client to stop sending after it was answered and the connection ends. */
  readonly linger: number;
}

const usualLimits: ConnectionLimits = { head: 60_000, request: 300_000, linger: 5_000 };

function serverOptions({ head, request }: ConnectionLimits) {
  return {
    maxHeaderSize: 16 * 1024,
    headersTimeout: head,
    requestTimeout: request,
    connectionsCheckingInterval: Math.min(head, 5_000),
    keepAliveTimeout: 75_000,
    // Without it node would answer itself, with no body; the pipeline does.
    requireHostHeader: false,
  };
}

export type Serve = (binding: Binding, req: http.IncomingMessage, res: http.ServerResponse) => void;

export class Binding {
  readonly key: string;
  /** Name of the listener it serves for; changes at a commit. */
  listener: string;
  closing = false;
  readonly #server: http.Server | https.Server;

  constructor(wanted: LoadedListener, serve: Serve, limits: ConnectionLimits) {
    this.key = keyOf(wanted);
    this.listener = wanted.name;
    const exchanges = new Exchanges();
    const handler = (req: http.IncomingMessage, res: http.ServerResponse) => {
      exchanges.began(res);
      serve(this, req, res);
    };
    const options = serverOptions(limits);
    this.#server =
      wanted.tls === undefined
        ? http.createServer(options, handler)
        : https.createServer({ ...options, ...pairOf(wanted.tls), minVersion: wanted.tls.minVersion }, handler);
    const { linger } = limits;
    // The size of a head is limited; node would drop what is beyond a number without a word.
    this.#server.maxHeadersCount = 0;
    this.#server
      .on(wanted.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) =>
        lingersAfterAnswers(socket, exchanges, linger),
      )
      // 100 Continue is said when the body is wanted, which a refused request's never is.
      .on('checkContinue', handler)
      .on('checkExpectation', handler)
      .on('connect', (req, socket) => refuseTunnel(req, socket as Socket, exchanges, linger))
      .on('clientError', (error, socket) => refuse(error, socket as Socket, exchanges, linger));
  }

  open(wanted: LoadedListener, reusePort: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: wanted.host, port: wanted.port, reusePort, backlog: 4096 }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** The port that is bound, once it is. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** Takes the listener's name and certificate of a committed configuration. */
  adopt(wanted: LoadedListener): void {
    this.listener = wanted.name;
    if (wanted.tls !== undefined && this.#server instanceof https.Server)
      this.#server.setSecureContext(pairOf(wanted.tls));
  }

  /** Resolves when the last connection is gone. */
  close(): Promise<void> {
    this.closing = true;
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
  }

  destroy(): void {
    this.#server.closeAllConnections();
  }
}

function pairOf({ certificates: [first] }: LoadedTls) {
  return { cert: first?.cert, key: first?.key };
}

/** What makes a socket the same socket. The certificate may change on it, its being TLS may not. */
export function keyOf(listener: LoadedListener): string {
  return `${listener.host} ${listener.port} ${listener.tls === undefined ? 'plain' : 'tls'}`;
}

export class Listeners {
  readonly #serve: Serve;
  readonly #reusePort: boolean;
  readonly #limits: ConnectionLimits;
  #open = new Map<string, Binding>();
  readonly #closing = new Map<Binding, Promise<void>>();

  constructor(serve: Serve, reusePort: boolean, limits: ConnectionLimits = usualLimits) {
    this.#serve = serve;
    this.#reusePort = reusePort;
    this.#limits = limits;
  }

  /** Opens what is not open yet. Throws, with nothing left open, when one cannot be bound. */
  async prepare(wanted: readonly LoadedListener[]): Promise<Binding[]> {
    const fresh: Binding[] = [];
    try {
      for (const listener of wanted) {
        if (this.#open.has(keyOf(listener))) continue;
        const binding = new Binding(listener, this.#serve, this.#limits);
        await binding.open(listener, this.#reusePort);
        fresh.push(binding);
      }
    } catch (error) {
      for (const binding of fresh) void binding.close();
      throw error;
    }
    return fresh;
  }

  /** Swaps to what is wanted; the rest closes behind its last request. */
  commit(wanted: readonly LoadedListener[], fresh: readonly Binding[]): void {
    const next = new Map<string, Binding>();
    const all = new Map([...this.#open, ...fresh.map((binding) => [binding.key, binding] as const)]);
    for (const listener of wanted) {
      const binding = all.get(keyOf(listener));
      if (binding === undefined) continue;
      binding.adopt(listener);
      next.set(binding.key, binding);
    }
    for (const [key, binding] of all) if (!next.has(key)) this.#retire(binding);
    this.#open = next;
  }

  ports(): number[] {
    return [...this.#open.values()].map((binding) => binding.port);
  }

  /** Stops accepting everywhere. */
  closeAll(): void {
    for (const binding of this.#open.values()) this.#retire(binding);
    this.#open = new Map();
  }

  /** Ends what is left once no call runs: connections that never sent a request are not idle to node. */
  async end(): Promise<void> {
    for (const binding of this.#closing.keys()) binding.destroy();
    await Promise.all(this.#closing.values());
  }

  #retire(binding: Binding): void {
    this.#closing.set(
      binding,
      binding.close().finally(() => this.#closing.delete(binding)),
    );
  }
}
