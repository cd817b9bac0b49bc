// A question what would become of a request, and the answer to it: plain data, as it crosses threads and the control API.
import type {
  DialectName,
  Finding,
  FoundAs,
  LimitKind,
  Operation,
  Skipped,
  Standing,
  Strategy,
  Thinking,
} from '../../core/index.ts';

export interface Question {
  /** Undefined: the first. */
  readonly listener: string | undefined;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Address of the client. */
  readonly ip: string;
  /** Name of the client key it would carry; undefined: what its headers say. */
  readonly key: string | undefined;
  /** Undefined: none. */
  readonly body: string | undefined;
}

/** Either what would happen, or why that cannot be told of this question. */
export type Explained = { readonly explanation: Explanation } | { readonly wrong: string };

export interface Explanation {
  readonly revision: string;
  /** Epoch milliseconds: what cools now may not a moment later. */
  readonly time: number;
  readonly verdict: Verdict;
  readonly match: ExplainedMatch | undefined;
  /** Name of the client key it goes by. */
  readonly key: string | undefined;
  /** Model and stream as the body says, after the plugins that change it; undefined where it came not so far. */
  readonly request:
    | { readonly model: string | undefined; readonly stream: boolean; readonly bytes: number }
    | undefined;
  readonly plugins: readonly ExplainedPlugin[];
  /** What the model's name leads to. */
  readonly model: ModelTree | undefined;
  /** In the order in which they would be tried. */
  readonly candidates: readonly ExplainedCandidate[];
  /** Left out before any were chosen from. */
  readonly skipped: readonly Skipped[];
  /** How many more than are listed. */
  readonly skippedMore: number;
  /** Of key, route and rules. */
  readonly limits: readonly ExplainedLimit[];
  /** What the first candidate that is not passed over would be sent. */
  readonly upstream: ExplainedUpstream | undefined;
}

export type Verdict =
  | {
      readonly outcome: 'sent';
      readonly provider: string;
      readonly account: string;
      readonly model: string | undefined;
    }
  /** A plugin answers, or the gateway itself. */
  | { readonly outcome: 'answered'; readonly by: string }
  | { readonly outcome: 'forwarded'; readonly to: string }
  | {
      readonly outcome: 'refused';
      /** `match`, a plugin's name, `models`, `attempt`. */
      readonly by: string;
      readonly code: string;
      readonly status: number;
      readonly message: string;
      readonly retryAfterMs: number | undefined;
    };

export interface ExplainedMatch {
  readonly listener: string;
  readonly route: string;
  readonly path: string;
  readonly dialect: DialectName;
  readonly operation: Operation;
}

export interface ExplainedPlugin {
  readonly name: string;
  /** `not told`: it is on, and does not say what it would do. `not reached`: somebody before it ends the matter. */
  readonly state: Finding['verdict'] | 'not told' | 'not reached' | 'off';
  readonly findings: readonly string[];
}

export type ModelTree = Named &
  (
    | { readonly kind: 'group'; readonly strategy: Strategy; readonly members: readonly ModelTree[] }
    /** `provider/model` of each account's upstream, once. */
    | { readonly kind: 'accounts'; readonly upstreams: readonly string[] }
  );

interface Named {
  readonly name: string;
  /** As it was asked for, where that is not the name. */
  readonly asked: string | undefined;
  readonly foundAs: FoundAs | undefined;
  readonly weight: number;
}

export interface ExplainedCandidate {
  readonly provider: string;
  readonly account: string;
  readonly model: string | undefined;
  readonly priority: number;
  readonly weight: number;
  /** What it is asked in, where the request is translated for it. */
  readonly translated: DialectName | undefined;
  readonly thinking: Thinking | undefined;
  readonly because: string;
  readonly standing: Standing;
  /** Why it would be passed over; undefined: it would be asked in its turn. */
  readonly skipped: string | undefined;
  /** Its own and its provider's. */
  readonly limits: readonly ExplainedLimit[];
}

export interface ExplainedLimit {
  /** `key:ci`, `route:chat`, `account:up/main`. */
  readonly subject: string;
  /** `60 requests per minute`. */
  readonly limit: string;
  readonly kind: LimitKind;
  /** In the limit's unit: requests, tokens, micro-dollars. */
  readonly amount: number;
  readonly used: number;
  readonly remaining: number;
  /** What this request would take. */
  readonly needed: number;
  /** Epoch milliseconds at which all of it is free again. */
  readonly resetsAt: number | undefined;
}

export interface ExplainedUpstream {
  readonly provider: string;
  readonly account: string;
  readonly method: string;
  readonly url: string;
  /** Credentials are `***`. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON as data; other text as it is; undefined where there is none or it is not held. */
  readonly body: unknown;
  /** Fields of the request that it is not told. */
  readonly dropped: readonly string[];
  /** What is not done for an explanation. */
  readonly notes: readonly string[];
}
