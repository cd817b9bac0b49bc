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
  type Refusal,
  type Share,
  settleClaims,
  type Target,
  usualOutput,
} from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { costOfLosers } from './bill-loser.ts';
import { Line } from './queue/line.ts';
import type { RunningAttempt } from './running-attempt.ts';

/** Told where only the end of other requests can help: nobody knows when that is. */
const soonMs = 1000;

export interface AccountLimits {
  readonly ledger: Ledger;
  readonly shares: readonly Share[];
  /** Where requests wait while the account is at its `concurrency`. */
  readonly line: Line | undefined;
}

/** Undefined where neither has limits: the usual case, which must cost nothing. */
export function accountLimits(
  provider: LoadedProvider,
  account: LoadedAccount,
  ledger: Ledger,
): AccountLimits | undefined {
  if (provider.limits.length === 0 && account.limits.length === 0) return undefined;
  const of = (subject: string, limits: readonly Limit[]) => limits.map((limit) => ({ subject, limit }));
  const name = `${provider.name}/${account.name}`;
  const shares = [...of(`account:${name}`, account.limits), ...of(`provider:${provider.name}`, provider.limits)];
  const places = shares.filter(({ limit }) => limit.kind === 'concurrency').map((share) => ({ ...share, amount: 1 }));
  const line = account.queue && places.length > 0 ? new Line(ledger, name, account.queue, places) : undefined;
  return { ledger, shares, line };
}

/** What is reserved for the attempt, or its failure where there is no room; undefined where nothing needs to be. */
export async function reserveFor(
  running: RunningAttempt,
  { ledger, shares }: AccountLimits,
): Promise<AttemptFailure | undefined> {
  const { call, target } = running;
  const claims = await claimsOf(call, shares, usualOutput);
  if (claims.length === 0) return undefined;
  const grant = await ledger.reserve(claims);
  if (!grant.granted) return refused(target, claims, grant);
  running.settle = (attempts, end) => settleClaims(grant, claims, attempts, end && withoutLosers(call, end));
  return undefined;
}

/** What others cost that ran beside the one that answered is their accounts' affair. */
function withoutLosers({ attempts }: GatewayCall, end: CallEnd): CallEnd {
  const lost = costOfLosers(attempts);
  return lost === undefined || end.costMicros === undefined ? end : { ...end, costMicros: end.costMicros - lost };
}

function refused(
  target: Target,
  claims: readonly Claim[],
  { refused: [first = 0], retryAfterMs }: Refusal,
): AttemptFailure {
  const { provider, account } = target;
  const claim = claims[first];
  const ofProvider = claim?.subject.startsWith('provider:');
  const whose = ofProvider ? `The provider ${provider}` : `The account ${provider}/${account}`;
  const words = claim === undefined ? 'its limit' : describeLimit(claim.limit);
  const what = claim === undefined ? '' : ` of ${words}`;
  return {
    ok: false,
    target,
    kind: 'rate-limit',
    verdict: 'next',
    code: 'upstream-rate-limited',
    message: `${whose} is at its limit${what}.`,
    retryAfterMs: retryAfterMs ?? (claim?.limit.kind === 'concurrency' ? soonMs : undefined),
    reply: undefined,
    full: ofProvider ? `${words} (the provider's)` : words,
  };
}
