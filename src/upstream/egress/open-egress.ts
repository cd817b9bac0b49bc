// A way out for the control thread: for lists of models, tokens and whatever else is asked now and then.
import type { Dispatcher } from 'undici';
import { openPool } from './pool.ts';

/** Milliseconds for a connection to open where nobody says otherwise. */
const usualConnectMs = 10_000;

/** `url` as in `egress[].url`; undefined: directly. Whoever opens it closes it: `await using`, or `close()`. */
export function openEgress(url: string | undefined, connectMs = usualConnectMs): Dispatcher & AsyncDisposable {
  const pool = openPool({ egressUrl: url, connectMs });
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.destroy() });
}
