// What the order of one call's targets is worked out from.
import type { Call, Candidates, Host } from 'portico';
import type { Settings } from '../settings.ts';
import { asksForSession, type OrderMeans } from './order.ts';

/** `next` gives the next number of a cursor. */
export async function meansOf(
  call: Call,
  candidates: Candidates,
  { strategy, sessions }: Settings,
  { health, clock }: Pick<Host, 'health' | 'clock'>,
  next: (cursor: string) => number,
): Promise<OrderMeans> {
  return {
    strategy,
    health,
    // May read the body: only where it matters.
    session: asksForSession(candidates, strategy) ? await call.session(sessions.headers) : undefined,
    next,
    random: Math.random,
    now: () => clock.now(),
    priceOf: (target) => call.priceOf(target),
  };
}
