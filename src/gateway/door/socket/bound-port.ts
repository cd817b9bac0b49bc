// One port that is bound, and what serves the connections it accepts. That may be exchanged while the port stays: new
// connections go to the new one, the old one finishes its own.
import net, { type AddressInfo, type Socket } from 'node:net';
import type { LoadedListener } from '../../../config/loaded.ts';
import type { Acceptor } from './acceptor.ts';

export class BoundPort {
  readonly key: string;
  readonly #server: net.Server;
  readonly #sockets = new Set<Socket>();
  #acceptor: Acceptor;

  constructor(wanted: LoadedListener, acceptor: Acceptor) {
    this.key = keyOf(wanted);
    this.#acceptor = acceptor;
    const sockets = this.#sockets;
    // One for all connections: there may be many that do nothing.
    const forget = function (this: Socket) {
      sockets.delete(this);
    };
    // As node's own HTTP server has it.
    this.#server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.once('close', forget);
      this.#acceptor.take(socket);
    });
  }

  open({ host, port }: LoadedListener, reusePort: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, reusePort, backlog: 4096 }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** The number that is bound, once it is. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  get acceptor(): Acceptor {
    return this.#acceptor;
  }

  /** New connections are this one's from now on. */
  exchange(acceptor: Acceptor): void {
    this.#acceptor.retire();
    this.#acceptor = acceptor;
  }

  /** Stops accepting. Resolves when the last connection is gone. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#acceptor.retire();
    });
  }

  /** Ends what is left. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** What makes a port the same port. What is spoken on it may change. */
export function keyOf({ host, port }: LoadedListener): string {
  return `${host} ${port}`;
}
