// Who would be asked, and with what: the first candidate that is not passed over and that can be told the request.
import { GatewayError, type Health, type Target } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { explainCandidate, inFileOrder } from './candidates.ts';
import type { ExplainedCandidate, Explanation } from './explanation.ts';
import { modelTree } from './model-tree.ts';
import { upstreamRequest } from './upstream-request.ts';
import type { Walked } from './walk-chain.ts';

export type Choice = Pick<Explanation, 'model' | 'candidates' | 'skipped' | 'skippedMore' | 'upstream'> & {
  /** Nobody would be asked. */
  readonly refusal: GatewayError | undefined;
  /** Who would. */
  readonly target: Target | undefined;
};

/** Throws what looking for candidates throws. */
export async function choose(call: GatewayCall, { candidates: told }: Walked, health: Health): Promise<Choice> {
  const tree = await call.candidates();
  const order = told ?? inFileOrder(tree, health, call.clock.now());
  const candidates: ExplainedCandidate[] = [];
  for (const one of order) candidates.push(await explainCandidate(call, one));
  const found = await firstToAsk(
    call,
    order.map(({ target }) => target),
    candidates,
  );
  const { skipped = [], skippedMore = 0 } = tree;
  return { model: modelTree(tree), candidates, skipped, skippedMore, ...found };
}

/** Writes to `candidates` why one cannot be told the request: that shows only when it is put together. */
async function firstToAsk(
  call: GatewayCall,
  targets: readonly Target[],
  candidates: ExplainedCandidate[],
): Promise<Pick<Choice, 'target' | 'upstream' | 'refusal'>> {
  let unsaid: GatewayError | undefined;
  for (const [index, target] of targets.entries()) {
    const candidate = candidates[index];
    if (candidate === undefined || candidate.skipped !== undefined) continue;
    const provider = call.snapshot.parts.providers.get(target.provider);
    const account = provider?.accounts.get(target.account);
    if (provider === undefined || account === undefined) {
      candidates[index] = { ...candidate, skipped: 'out of service: its code could not be loaded' };
      continue;
    }
    try {
      const upstream = await upstreamRequest(call, target, provider, account);
      return { target, upstream, refusal: undefined };
    } catch (thrown) {
      if (!(thrown instanceof GatewayError)) throw thrown;
      if (thrown.code !== 'untranslatable') return { target, upstream: undefined, refusal: thrown };
      candidates[index] = { ...candidate, skipped: thrown.message };
      unsaid ??= thrown;
    }
  }
  // What the client can mend is what it is told, whatever else stands in the way.
  return { target: undefined, upstream: undefined, refusal: unsaid ?? nobody(candidates, call.clock.now()) };
}

/** Worth trying again when the first of those that cool does not any more. */
function nobody(candidates: readonly ExplainedCandidate[], now: number): GatewayError {
  const reasons = candidates.map(({ provider, account, skipped }) => `${provider}/${account}: ${skipped}`);
  const message = `No account would be asked now: ${reasons.join('; ')}.`;
  const waits = candidates.flatMap(({ standing, limits }) => [
    ...('until' in standing ? [standing.until - now] : []),
    ...limits.flatMap(({ resetsAt }) => (resetsAt === undefined ? [] : [resetsAt - now])),
  ]);
  const isPassing = candidates.some(({ standing, limits }) => standing.state !== 'usable' || limits.length > 0);
  if (!isPassing) return new GatewayError('no-account', { message });
  const soonest = waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
  return new GatewayError('upstream-rate-limited', {
    message,
    ...(soonest === undefined ? {} : { retryAfterMs: soonest }),
  });
}
