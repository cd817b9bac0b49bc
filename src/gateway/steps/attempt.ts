// The end of the list. The balancer answers before it is reached; what comes here is a model list, a plain forward, a
// question about a response made before, or a request in a gateway without a balancer, which gets one try at its first candidate.
import type { Candidates, Target } from '../../core/index.ts';
import { GatewayError, replyWith } from '../../core/index.ts';
import { forward } from '../forward/forward.ts';
import { listModels } from '../models/list-models.ts';
import { serveStored } from '../responses/serve-stored.ts';
import { mustBeSound } from '../upgrade/session/sessions.ts';
import type { StepContext } from './begin.ts';

export async function attempt(ctx: StepContext): Promise<void> {
  const { call } = ctx;
  if (call.reply !== undefined) return;
  if (call.operation === 'forward') return forward(call);
  if (call.operation === 'models') {
    call.reply = listModels(call);
    return;
  }
  if (call.operation === 'session') {
    mustBeSound(call.req);
    call.reply = replyWith(101, {}, '');
    return;
  }
  if (call.operation === 'responses') {
    call.reply = await serveStored(call);
    if (call.reply !== undefined) return;
  }
  const target = firstOf(await call.candidates());
  if (target === undefined) throw new GatewayError('no-account');
  call.answer(await call.attempt(target));
}

/** Of the same priority one that speaks the caller's dialect comes first. */
function bySoonest(a: Target, b: Target): number {
  return b.priority - a.priority || Number(a.lane !== undefined) - Number(b.lane !== undefined);
}

function firstOf(candidates: Candidates): Target | undefined {
  if (candidates.kind === 'accounts') return candidates.targets.toSorted(bySoonest)[0];
  for (const member of candidates.members) {
    const target = firstOf(member);
    if (target !== undefined) return target;
  }
  return undefined;
}
