// When a token is refreshed, and how long after a failure it is tried again. Milliseconds throughout.
import type { CredentialSource, TokenSet } from '../../config/loaded.ts';
import type { MintError } from '../minted.ts';

/** A request to a token endpoint may take this long. */
export const mintLimitMs = 30_000;
/** For another process to refresh the same account: as long as its request may take, and some. */
export const lockLimitMs = 35_000;
/** Tokens that could not be written are written again after this long. */
export const rewriteMs = 60_000;
/** A file that holds tokens of before is written again after this long: it may be that it is being changed. */
export const soonMs = 1_000;
/** After an answer that only a new login changes, the endpoint is asked again all the same, this seldom. */
export const finalRetryMs = 30 * 60_000;

const firstBackoffMs = 5_000;
const mostBackoffMs = 5 * 60_000;
const mostJitterMs = 60_000;
/** Between two that nobody asked for. */
const leastPauseMs = 1_000;
const samePauseMs = 30_000;

/** Doubling, a fifth more or less by `chance` (0 to 1). */
export function backoffMs(failures: number, chance: number): number {
  const base = Math.min(mostBackoffMs, firstBackoffMs * 2 ** (failures - 1));
  return Math.round(base * (0.8 + chance * 0.4));
}

/** How long until it is tried again. Whoever says `in a second` again and again is asked ever more seldom too. */
export function waitMs({ final, retryAfterMs }: MintError, failures: number, chance: number): number {
  if (final) return finalRetryMs;
  const own = backoffMs(failures, chance);
  return retryAfterMs === undefined ? own : Math.max(retryAfterMs, Math.round(own / 5));
}

export interface Moment {
  /** Undefined: not known. */
  readonly lifetimeMs: number | undefined;
  readonly now: number;
  /** The vendor gave the same token as before: it has no other yet. */
  readonly same: boolean;
  /** From 0 to 1. */
  readonly chance: number;
}

/**
 * How long until the next refresh: ahead of the end, but not before half of the token's life is over; some earlier by
 * `chance`, so that accounts of one login do not all ask at once. Undefined: only when it is refused.
 */
export function dueIn(
  { refreshAhead }: CredentialSource,
  { accessToken, expiresAt }: TokenSet,
  { lifetimeMs, now, same, chance }: Moment,
): number | undefined {
  if (accessToken === undefined) return 0;
  if (expiresAt === undefined) return undefined;
  const ahead = lifetimeMs === undefined ? refreshAhead : Math.min(refreshAhead, lifetimeMs / 2);
  const jitter = chance * Math.min(ahead / 4, mostJitterMs);
  const due = Math.max(0, Math.round(expiresAt - ahead - jitter - now));
  // Half of what is left, again and again, would be asked ever more often.
  const least = same ? samePauseMs : lifetimeMs === undefined ? 0 : leastPauseMs;
  return Math.max(due, Math.min(least, expiresAt - now));
}
