// The limits of a provider and of its accounts: reserved right before a request is sent, settled when it has ended. What
// an account has no room for is a failure like its 429 would be: the next one is tried.
import type { LoadedAccount, LoadedProvider } from '../../config/loaded.ts';
import {
  type AttemptFailure,
  type CallEnd,
  type Claim,
  claimsOf,
  describeLimit,
  type Ledger,
  type Limit,
  type Outcome,
  type Refusal,
  type Share,
  settleClaims,
  type Target,
  usualOutput,
} from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { newSpanId } from '../call/trace.ts';
import { attemptTarget } from './attempt-target.ts';
import { noteAttempt } from './note-attempt.ts';

/** Told where only the end of other requests can help: nobody knows when that is. */
const soonMs = 1000;

export interface AccountLimits {
  readonly ledger: Ledger;
  readonly shares: readonly Share[];
}

/** Undefined where neither has any: the usual case, which must cost nothing. */
export function accountLimits(
  provider: LoadedProvider,
  account: LoadedAccount,
  ledger: Ledger,
): AccountLimits | undefined {
  if (provider.limits.length === 0 && account.limits.length === 0) return undefined;
  const of = (subject: string, limits: readonly Limit[]) => limits.map((limit) => ({ subject, limit }));
  return {
    ledger,
    shares: [
      ...of(`account:${provider.name}/${account.name}`, account.limits),
      ...of(`provider:${provider.name}`, provider.limits),
    ],
  };
}

/** Tries the target, if there is room. Does not throw for failures of the upstream. */
export function attemptWithinLimits(call: GatewayCall, target: Target): Promise<Outcome> {
  const account = call.snapshot.parts.providers.get(target.provider)?.accounts.get(target.account);
  if (account?.limits === undefined) return attemptTarget(call, target);
  return reserveAndTry(call, target, account.limits);
}

async function reserveAndTry(call: GatewayCall, target: Target, { ledger, shares }: AccountLimits): Promise<Outcome> {
  const claims = await claimsOf(call, shares, usualOutput);
  if (claims.length === 0) return attemptTarget(call, target);
  const grant = await ledger.reserve(claims);
  if (!grant.granted) return passedOver(call, refused(target, claims, grant));
  const before = call.attempts.length;
  const settle = (end?: CallEnd) => settleClaims(grant, claims, call.attempts.slice(before), end);
  let outcome: Outcome | undefined;
  try {
    outcome = await attemptTarget(call, target);
    return outcome;
  } finally {
    // What failed has ended now, though the call goes on elsewhere.
    if (outcome?.ok === true) void call.done.then(settle);
    else settle();
  }
}

/** An account that was not asked is on the record all the same. */
function passedOver(call: GatewayCall, outcome: AttemptFailure): AttemptFailure {
  const { target } = outcome;
  const started = call.clock.ticks();
  noteAttempt(call, { target, outcome, sent: false, status: undefined, spanId: newSpanId(), started });
  return outcome;
}

function refused(
  target: Target,
  claims: readonly Claim[],
  { refused: [first = 0], retryAfterMs }: Refusal,
): AttemptFailure {
  const { provider, account } = target;
  const claim = claims[first];
  const whose = claim?.subject.startsWith('provider:')
    ? `The provider ${provider}`
    : `The account ${provider}/${account}`;
  const what = claim === undefined ? '' : ` of ${describeLimit(claim.limit)}`;
  return {
    ok: false,
    target,
    kind: 'rate-limit',
    verdict: 'next',
    code: 'upstream-rate-limited',
    message: `${whose} is at its limit${what}.`,
    retryAfterMs: retryAfterMs ?? (claim?.limit.kind === 'concurrency' ? soonMs : undefined),
    reply: undefined,
  };
}
