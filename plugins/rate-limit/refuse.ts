// A refusal in words: which limit, how much of it, and when there is some again. Money and windows of a day or longer
// are a quota, 402: a client that tries again every few seconds gets nowhere. The rest is 429.
import {
  type Claim,
  describeAmount,
  describeLimit,
  GatewayError,
  type Limit,
  type Reading,
  type Refusal,
} from 'portico';
import type { OwnedShare } from './rules.ts';

/** Told where only the end of other requests can help: nobody knows when that is. */
const soonMs = 1000;

export const unitMs = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 28 * 86_400_000,
  total: Number.POSITIVE_INFINITY,
};

export function isQuota({ kind, window }: Limit): boolean {
  if (window === undefined) return false;
  return kind === 'cost' || (window.shape === 'fixed' && unitMs[window.unit] * window.count >= unitMs.day);
}

/** More than the whole of the limit: no waiting helps. */
export function neverFits({ amount, limit }: Claim): boolean {
  return amount > limit.amount;
}

/** Index of the claim that is told: a quota before the rest, for waiting does not help there. */
export function toldOf(claims: readonly Claim[], { refused }: Refusal): number {
  const quota = refused.find((index) => claims[index] !== undefined && isQuota(claims[index].limit));
  return quota ?? refused[0] ?? 0;
}

export interface Refused {
  readonly claim: OwnedShare & Claim;
  readonly reading: Reading | undefined;
  /** Of the whole refusal. */
  readonly retryAfterMs: number | undefined;
  readonly now: number;
}

export function errorOf(refused: Refused): GatewayError {
  const { claim, retryAfterMs = soonMs } = refused;
  const message = `${claim.owner}: ${sentence(refused)}.`;
  if (isQuota(claim.limit)) return new GatewayError('quota-exceeded', { message });
  return new GatewayError('rate-limited', { message, ...(neverFits(claim) ? {} : { retryAfterMs }) });
}

function sentence(refused: Refused): string {
  const { claim, reading } = refused;
  const { limit, amount } = claim;
  const are = verbFor(limit, limit.amount);
  const allowed = describeLimit(limit);
  if (limit.kind === 'concurrency') return atOnce(limit.amount, allowed);
  const needed = `this request needs about ${describeAmount(limit, amount)}`;
  if (neverFits(claim)) return `${needed}, and only ${allowed} ${are} allowed`;
  const remaining = reading?.remaining ?? 0;
  if (amount <= 1 || remaining <= 0) return `${allowed} ${are} used up${again(refused)}`;
  const left = `${describeAmount(limit, remaining)} ${verbFor(limit, remaining)} left`;
  return `of ${allowed} ${left}, and ${needed}${again(refused)}`;
}

function atOnce(amount: number, allowed: string): string {
  if (amount === 1) return `only ${allowed} is allowed, and one is running; try again when it has ended`;
  return `only ${allowed} are allowed, and as many are running; try again when one has ended`;
}

function verbFor({ kind }: Limit, amount: number): 'is' | 'are' {
  return kind === 'cost' || Math.floor(amount) === 1 ? 'is' : 'are';
}

/** `; free again in 12 s`, or at a time of day where it is a long way off. */
function again({ claim: { limit }, reading, retryAfterMs, now }: Refused): string {
  const resetsIn = reading?.resetsAt === undefined ? undefined : reading.resetsAt - now;
  const ms = limit.window?.shape === 'rate' ? retryAfterMs : resetsIn;
  if (ms === undefined) return '';
  if (ms < unitMs.hour) return `; free again in ${Math.max(1, Math.ceil(ms / 1000))} s`;
  return `; free again at ${clockTime(now + ms, limit.window?.zone)}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-22 00:00 UTC`, as the clocks of the zone show it. */
function clockTime(instant: number, zone = 'UTC'): string {
  const known = formats.get(zone);
  // The Swedish way to write a date is that of ISO 8601. Making a format takes longer than using it.
  const format = known ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  if (known === undefined) formats.set(zone, format);
  return `${format.format(instant)} ${zone}`;
}
