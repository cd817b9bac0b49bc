// What would become of a request, told without calling anybody and without counting anything.
import type { CallContext } from './call.ts';
import type { ErrorCode } from './errors.ts';
import type { Standing } from './health.ts';
import type { Claim, Reading } from './limit.ts';
import type { Target } from './target.ts';

/** What one plugin would do with a request; it may tell several. */
export interface Finding {
  /** `changes`: the rest of the chain sees another request. `answers`: nobody behind it is asked. `refuses`: nor is anybody else. */
  readonly verdict: 'passes' | 'changes' | 'answers' | 'refuses';
  /** In words: `the key is ci`, `set temperature`. */
  readonly text: string;
  /** With `refuses`: what the client would get. Throwing a `GatewayError` tells the same. */
  readonly code?: ErrorCode | undefined;
  /** Limits that were looked at, and where they stand. */
  readonly limits?: readonly LimitFinding[] | undefined;
  /** Of whoever chooses: all targets in the order in which they would be tried, those that would be passed over where they stand. */
  readonly candidates?: readonly CandidateFinding[] | undefined;
}

export interface LimitFinding {
  readonly claim: Claim;
  readonly reading: Reading;
}

export interface CandidateFinding {
  readonly target: Target;
  /** What put it at this place: `priority 10, round-robin`. */
  readonly because: string;
  readonly standing: Standing;
  /** Why it would be passed over: `cooling 42 s after 429`. Undefined: it would be asked in its turn. */
  readonly skipped: string | undefined;
}

export type Tell = (finding: Finding) => void;

/**
 * Does with a request what the plugin would do, as far as that reaches nobody: it may set `call.key` and edit the body, so
 * that those behind it see what they would see. Throws the `GatewayError` that the plugin would throw. What it is given of
 * the host counts nothing: metrics, logs and cursors stand still, and nothing can be reserved.
 */
export type Explainer = (ctx: CallContext, tell: Tell) => void | Promise<void>;
