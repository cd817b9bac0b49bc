// The targets of a call in the order in which they would be tried, with what stands in the way of each.
import {
  type CandidateFinding,
  type Candidates,
  claimsOf,
  describeStanding,
  GatewayError,
  type Health,
  type Target,
  usualOutput,
} from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { targetsOf } from '../models/targets.ts';
import { explainedLimit, isFull } from './explained-limit.ts';
import type { ExplainedCandidate, ExplainedLimit } from './explanation.ts';

/** Without a plugin that chooses: in file order, by priority, the caller's own dialect first. */
export function inFileOrder(candidates: Candidates, health: Health, now: number): readonly CandidateFinding[] {
  const targets = targetsOf(candidates).toSorted((a, b) => b.priority - a.priority || laneOf(a) - laneOf(b));
  const standings = health.of(targets);
  return targets.map((target, index) => {
    const standing = standings.standing(index);
    const because = `priority ${target.priority}, as the file has it`;
    const skipped = standing.state === 'cooling' ? describeStanding(standing, now) : undefined;
    return { target, because, standing, skipped };
  });
}

function laneOf({ lane }: Target): number {
  return lane === undefined ? 0 : 1;
}

export async function explainCandidate(call: GatewayCall, found: CandidateFinding): Promise<ExplainedCandidate> {
  const { target, because, standing } = found;
  const { provider, account, model, priority, weight, lane, thinking } = target;
  const { limits, full } = await limitsOf(call, target);
  return {
    provider,
    account,
    model,
    priority,
    weight,
    translated: lane?.dialect,
    thinking,
    because,
    standing,
    skipped: found.skipped ?? full,
    limits,
  };
}

interface Limited {
  readonly limits: readonly ExplainedLimit[];
  /** Which of them leaves no room. */
  readonly full: string | undefined;
}

async function limitsOf(call: GatewayCall, target: Target): Promise<Limited> {
  const { provider, account } = target;
  const limited = call.snapshot.parts.providers.get(provider)?.accounts.get(account)?.limits;
  if (limited === undefined) return { limits: [], full: undefined };
  try {
    const claims = await claimsOf(call, limited.shares, usualOutput);
    const readings = await limited.ledger.read(claims);
    const limits = claims.flatMap((claim, index) => {
      const reading = readings[index];
      return reading === undefined ? [] : [explainedLimit(claim, reading)];
    });
    const full = limits.find(isFull);
    if (full === undefined) return { limits, full: undefined };
    const waits = full.kind === 'concurrency' && queues(call, target) ? '; requests wait in its queue' : '';
    return { limits, full: `at its limit of ${full.limit}${waits}` };
  } catch (error) {
    // A model without a price, where money is limited.
    if (error instanceof GatewayError) return { limits: [], full: error.message };
    throw error;
  }
}

function queues({ snapshot }: GatewayCall, { provider, account }: Target): boolean {
  const accounts = snapshot.parts.providers.get(provider)?.loaded.accounts ?? [];
  return accounts.some(({ name, queue }) => name === account && queue !== undefined);
}
