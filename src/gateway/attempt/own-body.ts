// What a target is sent in the caller's own dialect, but for its named splices: for attempts, and for explanations of them.
import type { Target } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Findings } from '../call/findings.ts';
import type { TakenBody } from '../call/take-body.ts';
import { namesItems, namesKept, withHistory, withNamed } from '../responses/native.ts';
import type { Provider } from '../snapshot.ts';
import { holdsForeign, withoutForeign } from '../translate/own-dialect.ts';

export interface OwnBody {
  readonly body: TakenBody;
  /** Before the history that this upstream lacks was put in front. */
  readonly named: TakenBody;
}

/** Throws `previous-response-not-found` where the request goes on from what is kept nowhere. */
export async function ownBody(
  call: GatewayCall,
  target: Target,
  provider: Provider,
  found: Findings,
): Promise<OwnBody> {
  const taken = await call.request.take(call);
  const named = namesItems(call, taken) ? await withNamed(call, taken) : taken;
  const whole = namesKept(call, named) ? await withHistory(call, provider, named) : named;
  return { named, body: holdsForeign(call, whole) ? withoutForeign(call, target, provider, whole, found) : whole };
}
