// Asks where the call may go, orders that by strategy, and tries one after the other until one answers or the failure is
// one that no other target could cure.
import { type Candidates, type Host, type Operation, plugin, type Target } from 'portico';
import { explain } from './explain.ts';
import { meansOf } from './order/means.ts';
import { Pursuit } from './pursue/pursuit.ts';
import type { Settings } from './settings.ts';

/** What the gateway answers itself, or sends to the one place it is for. */
const ownAffairs: ReadonlySet<Operation> = new Set(['models', 'forward', 'responses', 'session']);

export default plugin<Settings>(
  (settings, host) => {
    const next = (cursor: string) => host.ledger.next(cursor);
    return async function balancer({ call }, goOn) {
      if (call.reply !== undefined || ownAffairs.has(call.operation)) return goOn();
      const candidates = await call.candidates();
      const only = settings.hedge === 0 ? onlyUsable(candidates, host) : undefined;
      const outcome = only && (await call.attempt(only));
      if (outcome?.ok === true) return call.answer(outcome);
      const means = await meansOf(call, candidates, settings, host, next);
      const pursuit = new Pursuit(call, candidates, settings, host, means);
      return outcome === undefined ? pursuit.run() : pursuit.runOn(outcome);
    };
  },
  {
    explain: (settings, host) => async (ctx, tell) => {
      if (ownAffairs.has(ctx.call.operation)) return tell({ verdict: 'passes', text: 'nothing to choose here' });
      return explain(ctx.call, settings, host, tell);
    },
  },
);

/** The one target there is, where nothing stands against it: no order to work out. */
function onlyUsable(candidates: Candidates, { health }: Host): Target | undefined {
  if (candidates.kind !== 'accounts' || candidates.targets.length !== 1) return undefined;
  return health.of(candidates.targets).state(0) === 'usable' ? candidates.targets[0] : undefined;
}
