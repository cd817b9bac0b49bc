// Connection pools, shared by every snapshot and account that reach upstreams the same way, closed when none does.
import type { RequestListener } from 'node:http';
import type { Dispatcher } from 'undici';
import { openPool, type PoolKey } from '../../upstream/egress/pool.ts';
import type { Keep } from './keep.ts';

const names = new WeakMap<RequestListener, number>();
let counter = 0;

export function dispatcherFor(keep: Keep, holder: object, key: PoolKey): Dispatcher {
  const id = `pool:${key.egressName ?? ''} ${key.egressUrl ?? 'direct'} ${key.connectMs} ${nameOf(key.serve)}`;
  // Closing waits for running requests; nothing waits for the closing.
  return keep.get(
    holder,
    id,
    () => openPool(key),
    (unused) => void unused.close(),
  );
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
