// Where a limit stands, in words.
import { type Claim, describeLimit, type Reading } from '../../core/index.ts';
import type { ExplainedLimit } from './explanation.ts';

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
