// Connection pools, one per way of connecting. They outlive configurations: whoever acquires a key releases it when it
// retires, and a pool nobody holds any more closes once its last request has ended.
import type { RequestListener } from 'node:http';
import { Agent, type Dispatcher } from 'undici';
import { connectThrough, connectToHandler } from './egress.ts';

export interface PoolKey {
  /** With credentials where the proxy wants them; undefined for a direct connection. */
  readonly egressUrl: string | undefined;
  /** Milliseconds for a connection to open, proxy and TLS included; 0 is off. */
  readonly connectMs: number;
  /** An upstream in this process: nothing leaves it, and `egressUrl` has no meaning. */
  readonly serve?: RequestListener | undefined;
}

interface Pool {
  readonly agent: Agent;
  holders: number;
}

/** Longer than undici's 4 s, for pauses between the turns of a conversation; a server's own hint shortens it. */
const keepAliveMs = 30_000;

export class Pools {
  readonly #pools = new Map<string | RequestListener, Pool>();
  #closing: Promise<void>[] = [];

  /** The dispatcher for this key; shared by all who ask for the same. */
  acquire(key: PoolKey): Dispatcher {
    const name = nameOf(key);
    const pool = this.#pools.get(name) ?? { agent: open(key), holders: 0 };
    pool.holders++;
    this.#pools.set(name, pool);
    return pool.agent;
  }

  /** Gives back what one `acquire` of this key took. Running requests are not disturbed. */
  release(key: PoolKey): void {
    const name = nameOf(key);
    const pool = this.#pools.get(name);
    if (pool === undefined) return;
    pool.holders--;
    if (pool.holders > 0) return;
    this.#pools.delete(name);
    const closing = pool.agent.close().then(() => {
      this.#closing = this.#closing.filter((other) => other !== closing);
    });
    this.#closing.push(closing);
  }

  /** Closes all pools; resolves when the last request has ended. */
  async close(): Promise<void> {
    const open = [...this.#pools.values()].map((pool) => pool.agent.close());
    this.#pools.clear();
    await Promise.all([...open, ...this.#closing]);
  }

  /** Ends all requests at once. */
  async destroy(): Promise<void> {
    const open = [...this.#pools.values()].map((pool) => pool.agent.destroy());
    this.#pools.clear();
    await Promise.all(open);
  }
}

function open(key: PoolKey): Agent {
  return new Agent({
    connect: key.serve === undefined ? connectThrough(key.egressUrl, key.connectMs) : connectToHandler(key.serve),
    // No `connections`: a cap would queue requests behind long streams.
    pipelining: 1,
    allowH2: false,
    // The attempt has its own timers: first byte, idle, total.
    bodyTimeout: 0,
    headersTimeout: 0,
    keepAliveTimeout: keepAliveMs,
  });
}

function nameOf(key: PoolKey): string | RequestListener {
  return key.serve ?? `${key.connectMs} ${key.egressUrl ?? 'direct'}`;
}
