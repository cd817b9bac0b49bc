// The sockets of one data thread. A listener is opened while a configuration is prepared and serves from its commit on;
// one that is no longer wanted stops accepting and lets its running requests finish.
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { LoadedListener } from '../config/loaded.ts';
import { refuse } from './bad-request.ts';

/** FAILURES "Process": 16 KiB of headers; a client has a minute for its headers and five for its body. */
const serverOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 60_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 75_000,
};

export type Serve = (binding: Binding, req: http.IncomingMessage, res: http.ServerResponse) => void;

export class Binding {
  readonly key: string;
  /** Name of the listener it serves for; changes at a commit. */
  listener: string;
  closing = false;
  readonly #server: http.Server | https.Server;

  constructor(wanted: LoadedListener, serve: Serve) {
    this.key = keyOf(wanted);
    this.listener = wanted.name;
    const handler = (req: http.IncomingMessage, res: http.ServerResponse) => serve(this, req, res);
    this.#server =
      wanted.tls === undefined
        ? http.createServer(serverOptions, handler)
        : https.createServer({ ...serverOptions, ...wanted.tls, minVersion: 'TLSv1.2' }, handler);
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket as Socket));
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
    if (wanted.tls !== undefined && this.#server instanceof https.Server) this.#server.setSecureContext(wanted.tls);
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

/** What makes a socket the same socket. The certificate may change on it, its being TLS may not. */
export function keyOf(listener: LoadedListener): string {
  return `${listener.host} ${listener.port} ${listener.tls === undefined ? 'plain' : 'tls'}`;
}

export class Listeners {
  readonly #serve: Serve;
  readonly #reusePort: boolean;
  #open = new Map<string, Binding>();
  readonly #closing = new Map<Binding, Promise<void>>();

  constructor(serve: Serve, reusePort: boolean) {
    this.#serve = serve;
    this.#reusePort = reusePort;
  }

  /** Opens what is not open yet. Throws, with nothing left open, when one cannot be bound. */
  async prepare(wanted: readonly LoadedListener[]): Promise<Binding[]> {
    const fresh: Binding[] = [];
    try {
      for (const listener of wanted) {
        if (this.#open.has(keyOf(listener))) continue;
        const binding = new Binding(listener, this.#serve);
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
