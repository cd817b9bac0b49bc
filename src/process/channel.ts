// The typed channel between the control thread and the data threads. Everything on it is plain data.
import type { CredentialUpdate } from '../accounts/keeper.ts';
import type { LoadedConfig } from '../config/loaded.ts';
import type { Pulse } from '../control/metrics.ts';
import type { CallRecord } from '../core/index.ts';
import type { Count, Degraded, Line, Problem } from '../gateway/outbox.ts';
import type { KeptResponse } from '../gateway/responses/kept.ts';
import type { HealthChange } from '../ledger/health/change.ts';
import type { Answer, Asked } from './ask/question.ts';

export type { Count, CredentialUpdate, Degraded, Line, Problem };

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
  /** Answered by `answer` with the same number. */
  | { readonly type: 'ask'; readonly ask: number; readonly asked: Asked }
  /** Tokens of accounts, before the configuration that needs them and whenever they change. */
  | { readonly type: 'credentials'; readonly updates: readonly CredentialUpdate[] }
  /** Answers `refresh-credential`, after the new token: whether there is one. */
  | { readonly type: 'refreshed-credential'; readonly ask: number; readonly done: boolean }
  /** What `ask-response` asked for. */
  | { readonly type: 'found-response'; readonly ask: number; readonly found: Found };

export type ToControl =
  | { readonly type: 'ready'; readonly generation: number; readonly degraded: readonly Degraded[] }
  | { readonly type: 'failed'; readonly generation: number; readonly problems: readonly Problem[] }
  /** No call uses this generation any more; its resources are gone. */
  | { readonly type: 'retired'; readonly generation: number }
  | { readonly type: 'drained' }
  | { readonly type: 'answer'; readonly ask: number; readonly answer: Answer }
  | { readonly type: 'keep-response'; readonly response: KeptResponse }
  /** Answered by `found-response` with the same number. */
  | { readonly type: 'ask-response'; readonly ask: number; readonly wish: Wish }
  /** Answered by `refreshed-credential` with the same number. */
  | ({ readonly type: 'refresh-credential'; readonly ask: number } & RefusedCredential)
  | { readonly type: 'pulse'; readonly pulse: Pulse }
  /** A `Batch`, see threads/packed-batch.ts. */
  | { readonly type: 'batch'; readonly packed: string };

/** A token that is of no use any more: `used` undefined where there is none. */
export interface RefusedCredential {
  readonly provider: string;
  readonly account: string;
  readonly used: string | undefined;
}

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
