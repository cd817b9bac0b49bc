// How a target stands, and where a limit does, in words.
import { type Claim, describeLimit, type Reading, type Standing } from '../../core/index.ts';
import type { ExplainedLimit } from './explanation.ts';

/** Why it is passed over; undefined where it is not. `cooling until 12:34:56 UTC (42 s) after 429 (rate-limit)`. */
export function inTheWay(standing: Standing, now: number): string | undefined {
  if (standing.state !== 'cooling') return undefined;
  const { until, status, cause } = standing;
  const seconds = Math.max(1, Math.ceil((until - now) / 1000));
  const after = status === undefined ? cause : `${status} (${cause})`;
  return `cooling until ${new Date(until).toISOString().slice(11, 19)} UTC (${seconds} s) after ${after}`;
}

export function explainedLimit({ subject, limit, amount: needed }: Claim, reading: Reading): ExplainedLimit {
  const { used, remaining, resetsAt } = reading;
  return {
    subject,
    limit: describeLimit(limit),
    kind: limit.kind,
    amount: limit.amount,
    used,
    remaining,
    needed,
    resetsAt,
  };
}

/** Whether a reservation would be refused. Nothing needed asks only whether something is left. */
export function isFull({ needed, remaining }: ExplainedLimit): boolean {
  return needed === 0 ? remaining <= 0 : needed > remaining;
}
