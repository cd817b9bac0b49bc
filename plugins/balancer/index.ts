// Asks where the call may go, orders that by strategy, and tries one after the other until one answers or the failure is
// one that no other target could cure.
import { type Call, type Candidates, type Host, type Operation, plugin, type Target } from 'portico';
import { asksForSession, type OrderMeans } from './order/order.ts';
import { Pursuit } from './pursue/pursuit.ts';
import type { Settings } from './settings.ts';

/** What the gateway answers itself, or sends to the one place it is for. */
const ownAffairs: ReadonlySet<Operation> = new Set(['models', 'forward', 'responses', 'session']);

export default plugin<Settings>((settings, host) => {
  return async function balancer({ call }, next) {
    if (call.reply !== undefined || ownAffairs.has(call.operation)) return next();
    const candidates = await call.candidates();
    return new Pursuit(call, candidates, settings, host, await meansOf(call, candidates, settings, host)).run();
  };
});

async function meansOf(call: Call, candidates: Candidates, settings: Settings, host: Host): Promise<OrderMeans> {
  const { strategy, sessions } = settings;
  return {
    strategy,
    health: host.health,
    session: asksForSession(candidates, strategy) ? await call.session(sessions.headers) : undefined,
    next: (cursor) => host.ledger.next(cursor),
    random: Math.random,
    priceOf: (target: Target) => call.priceOf(target),
  };
}
