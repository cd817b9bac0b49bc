// What one call claims of the limits it is held to before it is sent, and what it has used in the end. The plugin that
// limits clients and the engine that limits accounts count alike.
import type { Call, CallEnd } from './call.ts';
import type { Operation } from './dialect.ts';
import type { Claim, Grant, Limit } from './limit.ts';
import type { AttemptRecord } from './record.ts';

/** A limit and whom it counts. */
export interface Share {
  readonly subject: string;
  readonly limit: Limit;
  /** Requests that are refused here for who sends them (401, 403) count too: who guesses keys must not go free. */
  readonly countsRefused?: boolean;
  /** See `Claim.passing`. */
  readonly passing?: boolean | undefined;
}

/** Tokens of output that a request reserves where it does not limit itself to fewer. */
export const usualOutput = 1000;

/** Run no model, or not at the price of its answers: tokens and money do not limit them. */
const unmetered: ReadonlySet<Operation> = new Set(['models', 'count-tokens', 'files', 'uploads', 'forward']);
/** Their bodies tell what they will use. Of the others it is asked only whether something is left. */
const foreseeable: ReadonlySet<Operation> = new Set([
  'chat',
  'completions',
  'embeddings',
  'rerank',
  'images',
  'speech',
]);

/**
 * One claim for each share that this operation is held to. `reserveOutput`: tokens of output that are reserved, unless the
 * request itself allows fewer. The body is read only where tokens or money are limited.
 */
export async function claimsOf<T extends Share>(
  call: Call,
  shares: readonly T[],
  reserveOutput: number,
): Promise<(T & Claim)[]> {
  const held = unmetered.has(call.operation) ? shares.filter(({ limit }) => !isMetered(limit)) : shares;
  if (!foreseeable.has(call.operation) || !held.some(({ limit }) => isMetered(limit))) {
    return held.map((share) => ({ ...share, amount: isMetered(share.limit) ? 0 : 1 }));
  }
  const estimate = await call.estimate();
  const input = estimate.inputTokens;
  const output = Math.min(estimate.outputTokens ?? reserveOutput, reserveOutput);
  return held.map((share) => ({
    ...share,
    amount: amountOf(share.limit, input, output, () => estimate.microDollars(output)),
  }));
}

/** Who asks for no more than the whole may get it: how much output there will be is a guess. */
function amountOf({ kind, amount }: Limit, input: number, output: number, cost: () => number): number {
  if (kind === 'tokens') return Math.max(input, Math.min(input + output, amount));
  // Asked for only where money is limited: a model without a price may be refused for it.
  return kind === 'cost' ? cost() : 1;
}

function isMetered({ kind }: Limit): boolean {
  return kind === 'tokens' || kind === 'cost';
}

/**
 * Puts the truth in the place of what was reserved: `attempts` are those the reservation was for, `end` is missing where
 * they failed and the call goes on. What was never sent and failed here has used nothing, but see `countsRefused`.
 */
export function settleClaims(
  grant: Grant,
  claims: readonly (Share & Claim)[],
  attempts: readonly AttemptRecord[],
  end: CallEnd | undefined,
): void {
  const sent = attempts.some((attempt) => attempt.sent);
  if (!sent && end?.outcome !== 'ok') {
    const turnedAway = end?.status === 401 || end?.status === 403;
    return grant.settle(claims.map((claim) => (turnedAway && claim.countsRefused && !isMetered(claim.limit) ? 1 : 0)));
  }
  // Who answered without saying what it used, or was cut off before it could, has used what was expected.
  const silent = end?.usage === undefined && end?.empty !== true && attempts.some(mayHaveWorked);
  // What ran beside the answer and was given up (a hedge) has read the request too.
  const lost = attempts.reduce((sum, { inputTokens = 0 }) => sum + inputTokens, 0);
  grant.settle(claims.map((claim) => (sent ? usedOf(claim, end, silent, lost) : usedUnsent(claim))));
}

/** It answered, or was left alone with the request: clients that always leave early must not go free. */
function mayHaveWorked({ sent, failure }: AttemptRecord): boolean {
  return sent && (failure === undefined || failure === 'discarded' || failure.startsWith('gone'));
}

function usedUnsent({ limit }: Claim): number {
  return isMetered(limit) ? 0 : 1;
}

function usedOf({ limit, amount }: Claim, end: CallEnd | undefined, silent: boolean, lost: number): number {
  if (!isMetered(limit)) return 1;
  if (silent) return amount;
  if (limit.kind === 'cost') return end?.costMicros ?? 0;
  return lost + (end?.usage === undefined ? 0 : end.usage.input + end.usage.output);
}
