// Connection pools, shared by every snapshot and account that reach upstreams the same way, closed when none does.
import type { RequestListener } from 'node:http';
import type { Dispatcher } from 'undici';
import { type PoolKey, Pools } from '../upstream/pool.ts';
import type { Keep } from './keep.ts';

const names = new WeakMap<RequestListener, number>();
let counter = 0;

export function dispatcherFor(keep: Keep, holder: object, key: PoolKey): Dispatcher {
  const id = `pool:${key.egressUrl ?? 'direct'} ${key.connectMs} ${nameOf(key.serve)}`;
  const pools = keep.get(
    holder,
    id,
    () => new Pools(),
    (unused) => void unused.close(),
  );
  return pools.acquire(key);
}

/** Upstreams in memory are one pool each. */
function nameOf(serve: RequestListener | undefined): string {
  if (serve === undefined) return '';
  let name = names.get(serve);
  if (name === undefined) {
    counter += 1;
    name = counter;
    names.set(serve, name);
  }
  return String(name);
}
