// What a failure of an upstream puts aside, and for how long: the table of docs/failures.md.

import type { LoadedProvider } from '../../config/loaded.ts';
import type { AttemptFailure } from '../../core/index.ts';
import type { Breaker, Cooling } from '../../ledger/health/health.ts';

const minute = 60_000;
/** A credential that was refused, an account that may not, or cannot pay: asked again this seldom. */
const refusedMs = 30 * minute;
/** A token that was refused and could not be renewed, at first: no client is told of half an hour that is over in a minute. */
const renewedMs = minute;
const noModelMs = 10 * minute;
const busyMs = minute;
const overloadedMost = 10 * minute;
const firstRateLimitMs = 1000;

type Plan = Pick<Cooling, 'cause' | 'scope' | 'firstMs' | 'mostMs'> & { readonly hinted?: boolean };

/**
 * Undefined where it puts nothing aside: the request's fault, or one that passes (`isTransient`). `renews`: the credential is
 * a token that is refreshed again and again; a new one takes the account back.
 */
export function coolingFor(failure: AttemptFailure, most: number, renews = false): Cooling | undefined {
  const plan = planFor(failure);
  if (plan === undefined) return undefined;
  const { cause, scope, mostMs, hinted = false } = plan;
  const firstMs = renews && cause === 'credentials' ? renewedMs : plan.firstMs;
  const hintMs = hinted ? failure.retryAfterMs : undefined;
  const message = failure.fault?.message ?? failure.message;
  return { cause, scope, status: failure.status, hintMs, firstMs, mostMs: Math.min(most, mostMs), message };
}

function planFor({ kind, status, fault, retryAfterMs }: AttemptFailure): Plan | undefined {
  switch (kind) {
    case 'auth': {
      const cause = status === 401 || fault?.reason === 'credentials' ? 'credentials' : 'forbidden';
      return { cause, scope: 'account', firstMs: refusedMs, mostMs: refusedMs };
    }
    case 'model':
      return { cause: 'model', scope: 'model', firstMs: noModelMs, mostMs: noModelMs };
    case 'rate-limit':
      return { cause: 'rate-limit', scope: 'model', firstMs: firstRateLimitMs, mostMs: unbounded, hinted: true };
    case 'server':
      if (status === 503) {
        const mostMs = retryAfterMs === undefined ? busyMs : unbounded;
        return { cause: 'unavailable', scope: 'model', firstMs: busyMs, mostMs, hinted: true };
      }
      if (status !== 529 && fault?.reason !== 'overloaded') return undefined;
      return { cause: 'overloaded', scope: 'model', firstMs: busyMs, mostMs: overloadedMost, hinted: true };
    default:
      return undefined;
  }
}

const unbounded = Number.POSITIVE_INFINITY;

/** An error that may be over the next moment: so many of them in a while open the circuit. */
export function isTransient({ kind, status, code }: AttemptFailure): boolean {
  // Not the upstream's.
  if (code === 'internal') return false;
  return kind === 'timeout' || kind === 'connect' || (kind === 'server' && status !== 501);
}

/** Undefined where it never opens. */
export function breakerOf({ breaker, cooling }: LoadedProvider): Breaker | undefined {
  if (cooling === undefined || breaker.failures === 0) return undefined;
  return {
    failures: breaker.failures,
    windowMs: breaker.window,
    openMs: breaker.open,
    mostMs: Math.max(cooling.most, breaker.open),
  };
}
