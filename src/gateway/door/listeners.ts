// The sockets of one data thread. A listener is opened while a configuration is prepared and serves from its commit on;
// one that is no longer wanted stops accepting and lets its running requests finish.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoadedConfig, LoadedListener } from '../../config/loaded.ts';
import type { ClientSocket } from '../upgrade/client-socket.ts';
import { Acceptor } from './socket/acceptor.ts';
import { BoundPort, keyOf } from './socket/bound-port.ts';

/** What a connection may take, in milliseconds. */
export interface ConnectionLimits {
  /** For the head of a request to arrive. */
  readonly head: number;
  /** For a client to stop sending after it was answered and the connection ends. */
  readonly linger: number;
  /** Without a request. */
  readonly idle: number;
}

const usualLimits: ConnectionLimits = { head: 60_000, linger: 5_000, idle: 75_000 };

/** Where a request came in, as the pipeline sees it. */
export interface Binding {
  /** Name of the listener. */
  readonly listener: string;
  /** Whether its connections are to end. */
  readonly closing: boolean;
}

/** `upgrade`: the client asks for a WebSocket. */
export type Serve = (binding: Binding, req: IncomingMessage, res: ServerResponse, upgrade?: ClientSocket) => void;

type Wanted = Pick<LoadedConfig, 'listeners' | 'routes'>;

/** What a configuration needs beyond what is open: new ports, and another way to serve those that stay. */
export interface Fresh {
  readonly ports: readonly BoundPort[];
  readonly acceptors: ReadonlyMap<string, Acceptor>;
}

export class Listeners {
  readonly #serve: Serve;
  readonly #reusePort: boolean;
  readonly #limits: ConnectionLimits;
  #open = new Map<string, BoundPort>();
  readonly #closing = new Map<BoundPort, Promise<void>>();

  constructor(serve: Serve, reusePort: boolean, limits: Partial<ConnectionLimits> = {}) {
    this.#serve = serve;
    this.#reusePort = reusePort;
    this.#limits = { ...usualLimits, ...limits };
  }

  /** Opens what is not open yet. Throws, with nothing left open, when one cannot be bound. */
  async prepare({ listeners }: Wanted): Promise<Fresh> {
    const ports: BoundPort[] = [];
    const acceptors = new Map<string, Acceptor>();
    try {
      for (const listener of listeners) {
        const open = this.#open.get(keyOf(listener));
        if (open?.acceptor.suits(listener)) continue;
        const acceptor = new Acceptor(listener, this.#serve, this.#limits);
        acceptors.set(keyOf(listener), acceptor);
        if (open !== undefined) continue;
        const port = new BoundPort(listener, acceptor);
        await port.open(listener, this.#reusePort);
        ports.push(port);
      }
    } catch (error) {
      void this.abandon({ ports, acceptors });
      throw error;
    }
    return { ports, acceptors };
  }

  /** Resolves when nothing of it is left. */
  async abandon({ ports, acceptors }: Fresh): Promise<void> {
    for (const acceptor of acceptors.values()) acceptor.retire();
    await Promise.all(ports.map((port) => port.close()));
  }

  /** Swaps to what is wanted; the rest closes behind its last request. */
  commit(wanted: Wanted, fresh: Fresh): void {
    const next = new Map<string, BoundPort>();
    const all = new Map([...this.#open, ...fresh.ports.map((port) => [port.key, port] as const)]);
    for (const listener of wanted.listeners) {
      const port = all.get(keyOf(listener));
      if (port === undefined) continue;
      const acceptor = fresh.acceptors.get(port.key) ?? port.acceptor;
      if (acceptor !== port.acceptor) port.exchange(acceptor);
      acceptor.adopt(listener, requestLimit(wanted, listener));
      next.set(port.key, port);
    }
    for (const [key, port] of all) if (!next.has(key)) this.#retire(port);
    this.#open = next;
  }

  ports(): number[] {
    return [...this.#open.values()].map(({ port }) => port);
  }

  /** Connections that are open, also on ports that close. */
  connections(): number {
    return [...this.#open.values(), ...this.#closing.keys()].reduce((sum, port) => sum + port.connections, 0);
  }

  /** Stops accepting everywhere. */
  closeAll(): void {
    for (const port of this.#open.values()) this.#retire(port);
    this.#open = new Map();
  }

  /** Ends what is left once no call runs: connections that never sent a request are not idle to node. */
  async end(): Promise<void> {
    for (const port of this.#closing.keys()) port.destroy();
    await Promise.all(this.#closing.values());
  }

  #retire(port: BoundPort): void {
    this.#closing.set(
      port,
      port.close().finally(() => this.#closing.delete(port)),
    );
  }
}

/** What the most patient route of a listener allows, in milliseconds; 0 where one has no limit. */
function requestLimit({ routes }: Wanted, listener: LoadedListener): number {
  const own = routes.filter(({ name }) => listener.routes.includes(name)).map(({ requestTimeout }) => requestTimeout);
  return own.includes(0) ? 0 : Math.max(0, ...own);
}
