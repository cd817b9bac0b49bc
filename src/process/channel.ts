// The typed channel between the control thread and the data threads. Everything on it is plain data.
import type { LoadedConfig } from '../config/loaded.ts';
import type { Pulse } from '../control/metrics.ts';
import type { CallRecord } from '../core/index.ts';
import type { Count, Degraded, Line, Problem } from '../gateway/outbox.ts';

export type { Count, Degraded, Line, Problem };

/** Given to a data thread when it starts. */
export interface ThreadBirth {
  readonly thread: number;
  /** See src/ledger/. */
  readonly memory: SharedArrayBuffer;
  /** Whether threads share ports; where they cannot, there is one thread. */
  readonly reusePort: boolean;
}

export type ToData =
  /** Compile this configuration and open its new listeners. Answer `ready` or `failed`; serve it only after `commit`. */
  | { readonly type: 'prepare'; readonly generation: number; readonly config: LoadedConfig }
  | { readonly type: 'commit'; readonly generation: number }
  /** Another thread failed: throw the prepared snapshot away. */
  | { readonly type: 'abandon'; readonly generation: number }
  /** Close listeners, let running calls finish until `deadline` (epoch ms), then fail them and answer `drained`. */
  | { readonly type: 'drain'; readonly deadline: number };

export type ToControl =
  | { readonly type: 'ready'; readonly generation: number; readonly degraded: readonly Degraded[] }
  | { readonly type: 'failed'; readonly generation: number; readonly problems: readonly Problem[] }
  /** No call uses this generation any more; its resources are gone. */
  | { readonly type: 'retired'; readonly generation: number }
  | { readonly type: 'drained' }
  | { readonly type: 'pulse'; readonly pulse: Pulse }
  /** A `Batch`, see threads/packed-batch.ts. */
  | { readonly type: 'batch'; readonly packed: string };

/** What has gathered in a data thread: sent at most every 100 ms or every 256 entries. */
export interface Batch {
  readonly records: readonly CallRecord[];
  readonly lines: readonly Line[];
  readonly counts: readonly Count[];
}
