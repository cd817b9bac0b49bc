// An attempt that was given up because another one answered first: its upstream has read the request and will want money
// for it. What it read is estimated; what it wrote is not known, and said not to be.
import type { AttemptRecord } from '../../core/index.ts';
import { plainUsage } from '../../dialects/usage.ts';
import { costOf } from '../prices/cost-of.ts';
import { textTokens } from '../tokens/text-tokens.ts';
import type { RunningAttempt } from './running-attempt.ts';

/** Notes it on the attempt's record, and so in the call's cost. Nothing where the upstream was not asked, or asks no money. */
export function billLoser(running: RunningAttempt): void {
  const { call, target, record } = running;
  if (record === undefined || !record.sent || call.operation === 'count-tokens') return;
  const inputTokens = textTokens(call.request.held?.chunks ?? []);
  const { prices } = call.snapshot.parts;
  const priced = target.model === undefined ? undefined : (prices.of(target.provider, target.model) ?? prices.fallback);
  const costMicros = priced && costOf(plainUsage(inputTokens), priced.price);
  const { failure = 'discarded', reason = 'Another answer was taken.' } = record;
  const billed: AttemptRecord = { ...record, failure, reason, inputTokens, costMicros };
  call.attempts[call.attempts.indexOf(record)] = billed;
  running.record = billed;
}

/** Micro-dollars; undefined where there were none, or nobody knows what they cost. */
export function costOfLosers(attempts: readonly AttemptRecord[]): number | undefined {
  let sum: number | undefined;
  for (const { costMicros } of attempts) if (costMicros !== undefined) sum = (sum ?? 0) + costMicros;
  return sum;
}
