// A connection pool for one way of connecting. Who holds it for how long is the data plane's affair.
import type { RequestListener } from 'node:http';
import { Agent } from 'undici';
import { connectThrough, connectToHandler } from './egress.ts';

export interface PoolKey {
  /** With credentials where the proxy wants them; undefined for a direct connection. */
  readonly egressUrl: string | undefined;
  /** What the configuration calls it, for messages. */
  readonly egressName?: string | undefined;
  /** Milliseconds for a connection to open, proxy and TLS included; 0 is off. */
  readonly connectMs: number;
  /** An upstream in this process: nothing leaves it, and `egressUrl` has no meaning. */
  readonly serve?: RequestListener | undefined;
}

/** Longer than undici's 4 s, for pauses between the turns of a conversation; a server's own hint shortens it. */
const keepAliveMs = 30_000;

/** `close()` of what is returned resolves when the last request has ended. */
export function openPool(key: PoolKey): Agent {
  return new Agent({
    connect:
      key.serve === undefined
        ? connectThrough(key.egressUrl, key.connectMs, key.egressName)
        : connectToHandler(key.serve),
    // No `connections`: a cap would queue requests behind long streams.
    pipelining: 1,
    allowH2: false,
    // The attempt has its own timers: first byte, idle, total.
    bodyTimeout: 0,
    headersTimeout: 0,
    keepAliveTimeout: keepAliveMs,
  });
}
