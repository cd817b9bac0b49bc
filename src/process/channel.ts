// The typed channel between the control thread and the data threads. Everything on it is plain data.
import type { LoadedConfig } from '../config/loaded.ts';
import type { Pulse } from '../control/metrics.ts';
import type { CallRecord } from '../core/index.ts';
import type { Count, Degraded, Line, Problem } from '../gateway/outbox.ts';
import type { KeptResponse } from '../gateway/responses/kept.ts';
import type { HealthChange } from '../ledger/health/change.ts';

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
  | { readonly type: 'drain'; readonly deadline: number }
  /** What `ask-response` asked for. */
  | { readonly type: 'found-response'; readonly ask: number; readonly found: Found };

export type ToControl =
  | { readonly type: 'ready'; readonly generation: number; readonly degraded: readonly Degraded[] }
  | { readonly type: 'failed'; readonly generation: number; readonly problems: readonly Problem[] }
  /** No call uses this generation any more; its resources are gone. */
  | { readonly type: 'retired'; readonly generation: number }
  | { readonly type: 'drained' }
  | { readonly type: 'keep-response'; readonly response: KeptResponse }
  /** Answered by `found-response` with the same number. */
  | { readonly type: 'ask-response'; readonly ask: number; readonly wish: Wish }
  | { readonly type: 'pulse'; readonly pulse: Pulse }
  /** A `Batch`, see threads/packed-batch.ts. */
  | { readonly type: 'batch'; readonly packed: string };

/** What a data thread wants of kept responses. */
export type Wish =
  | { readonly what: 'find' | 'forget'; readonly owner: string; readonly id: string }
  | { readonly what: 'chain'; readonly owner: string; readonly id: string; readonly until: number | undefined };

export interface Found {
  readonly responses?: readonly KeptResponse[] | undefined;
  readonly forgotten?: boolean;
  /** A chain: see `tooLong` in gateway/responses/kept.ts. */
  readonly tooLong?: boolean;
  /** The store did not say. */
  readonly failed?: boolean;
}

/** What has gathered in a data thread: sent at most every 100 ms or every 256 entries. */
export interface Batch {
  readonly records: readonly CallRecord[];
  readonly lines: readonly Line[];
  readonly counts: readonly Count[];
  readonly health: readonly HealthChange[];
}
