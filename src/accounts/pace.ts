// When a token is refreshed, and how long after a failure it is tried again. Milliseconds throughout.
import type { CredentialSource, TokenSet } from '../config/loaded.ts';

/** A request to a token endpoint may take this long. */
export const mintLimitMs = 30_000;
/** After an answer that only a new login changes, the endpoint is asked again all the same, this seldom. */
export const finalRetryMs = 30 * 60_000;

const firstBackoffMs = 5_000;
const mostBackoffMs = 5 * 60_000;
const mostJitterMs = 60_000;

/** Doubling, a fifth more or less by `chance` (0 to 1). */
export function backoffMs(failures: number, chance: number): number {
  const base = Math.min(mostBackoffMs, firstBackoffMs * 2 ** (failures - 1));
  return Math.round(base * (0.8 + chance * 0.4));
}

/**
 * How long until the next refresh: ahead of the end, but not before half of the token's life is over; some earlier by
 * `chance`, so that accounts of one login do not all ask at once. Undefined: only when it is refused.
 */
export function dueIn(
  { refreshAhead }: CredentialSource,
  { accessToken, expiresAt }: TokenSet,
  lifetimeMs: number | undefined,
  now: number,
  chance: number,
): number | undefined {
  if (accessToken === undefined) return 0;
  if (expiresAt === undefined) return undefined;
  const ahead = lifetimeMs === undefined ? refreshAhead : Math.min(refreshAhead, lifetimeMs / 2);
  const jitter = chance * Math.min(ahead / 4, mostJitterMs);
  return Math.max(0, Math.round(expiresAt - ahead - jitter - now));
}
