// Short ways to say limits and claims, and to get what must be granted or refused.
import assert from 'node:assert/strict';
import {
  type Claim,
  type Grant,
  type Ledger,
  type LimitSettings,
  type Refusal,
  readLimits,
} from '../../../src/core/index.ts';

/** One claim per limit, written as in a configuration. */
export function claimsFor(subject: string, settings: LimitSettings, amount = 1): readonly Claim[] {
  return readLimits(settings).map((limit) => ({ subject, limit, amount }));
}

export async function granted(ledger: Ledger, claims: readonly Claim[]): Promise<Grant> {
  const result = await ledger.reserve(claims);
  assert.ok(result.granted, `refused: ${JSON.stringify(result)}`);
  return result;
}

export async function refused(ledger: Ledger, claims: readonly Claim[]): Promise<Refusal> {
  const result = await ledger.reserve(claims);
  assert.ok(!result.granted, 'granted');
  return result;
}

/** What is used of each. */
export async function usedOf(ledger: Ledger, claims: readonly Claim[]): Promise<readonly number[]> {
  return (await ledger.read(claims)).map(({ used }) => used);
}
