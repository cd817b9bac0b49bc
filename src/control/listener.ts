// The port of the control API. It moves in two steps, like everything in a reload: open the new one, then close the old.
import { createServer, type RequestListener, type Server } from 'node:http';

export interface Address {
  readonly host: string;
  readonly port: number;
}

interface Open {
  /** As configured: the port may be 0. */
  readonly asked: Address;
  readonly server: Server;
  readonly address: Address;
}

export class ControlListener {
  readonly #handle: RequestListener;
  #current: Open | undefined;
  #next: Open | undefined;

  constructor(handle: RequestListener) {
    this.#handle = handle;
  }

  /** Where it listens, or undefined before the first `commit`. */
  get address(): Address | undefined {
    return this.#current?.address;
  }

  /** Opens the new address, unless it is the one in use. Throws the system's error, with the old one still open. */
  async prepare(asked: Address): Promise<void> {
    const current = this.#current;
    if (current !== undefined && isSame(current.asked, asked)) return;
    if (current === undefined || current.address.port !== asked.port) {
      this.#next = await this.#open(asked);
      return;
    }
    // The same port at another host: a wildcard and an address in it exclude each other, so the old one closes first.
    await stopListening(current.server);
    try {
      this.#next = await this.#open(asked);
    } catch (thrown) {
      this.#current = await this.#open(current.asked, current.address);
      throw thrown;
    }
  }

  commit(): void {
    if (this.#next === undefined) return;
    void this.#current?.server.close();
    this.#current = this.#next;
    this.#next = undefined;
  }

  async abandon(): Promise<void> {
    const next = this.#next;
    this.#next = undefined;
    if (next === undefined) return;
    next.server.closeAllConnections();
    await stopListening(next.server);
    const current = this.#current;
    if (current !== undefined && !current.server.listening)
      this.#current = await this.#open(current.asked, current.address);
  }

  /** Stops listening and ends what is open. */
  async close(): Promise<void> {
    await this.abandon();
    const current = this.#current;
    if (current === undefined) return;
    const closed = stopListening(current.server);
    current.server.closeAllConnections();
    await closed;
  }

  /** `at` is `asked`, or where that was opened before. */
  async #open(asked: Address, at = asked): Promise<Open> {
    const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, this.#handle);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen({ ...at, exclusive: true }, resolve);
    await promise;
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : asked.port;
    return { asked, server, address: { host: asked.host, port } };
  }
}

function isSame(one: Address, other: Address): boolean {
  return one.host === other.host && one.port === other.port;
}

function stopListening(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    // `close` calls back once every connection is gone; the port itself is free at once.
    server.close();
    server.closeIdleConnections();
    setImmediate(resolve);
  });
}
