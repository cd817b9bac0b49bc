// Token counts of one exchange, in one inclusive form whatever the dialect reports (in some, input
// excludes cache reads and writes; here it includes them).

export interface Usage {
  /** All input tokens, cache reads and writes included. */
  readonly input: number;
  /** All output tokens, reasoning included. */
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** The part of `cacheWrite` that went to a cache that lives for an hour. */
  readonly cacheWrite1h: number;
  readonly reasoning: number;
}

/** How a usage figure was come by. */
export type UsageSource = 'reported' | 'estimated' | 'none';
