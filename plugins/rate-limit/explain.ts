// Which limits would hold a request, and what is left of each, without taking anything of them.
import {
  type CallContext,
  claimsOf,
  type Explainer,
  GatewayError,
  type Host,
  type LimitFinding,
  type Refusal,
  type Tell,
} from 'portico';
import type { Config } from './index.ts';
import { reachesNobody } from './reaches-nobody.ts';
import { errorOf, toldOf, unitMs } from './refuse.ts';
import { compileRules, sharesOf } from './rules.ts';
import { userOf } from './user.ts';

export function explain(config: Config, host: Host): Explainer {
  const rules = compileRules(config.rules, host.timezone);
  return async function rateLimit(ctx, tell) {
    if (reachesNobody(ctx)) return tell({ verdict: 'passes', text: 'not counted: it reaches nobody' });
    try {
      await read(ctx, tell);
    } catch (thrown) {
      if (config.mode !== 'shadow' || !(thrown instanceof GatewayError)) throw thrown;
      tell({ verdict: 'passes', text: `would be refused, but for mode: shadow: ${thrown.message}` });
    }
  };

  async function read(ctx: CallContext, tell: Tell): Promise<void> {
    const shares = await sharesOf(ctx.call, rules, () => userOf(ctx, config.users));
    const claims = await claimsOf(ctx.call, shares, config.reserveOutput);
    if (claims.length === 0) return tell({ verdict: 'passes', text: 'no limit holds it' });
    const readings = await host.ledger.read(claims);
    const limits = claims.flatMap((claim, index) => {
      const reading = readings[index];
      return reading === undefined ? [] : [{ claim, reading }];
    });
    const full = limits.flatMap(({ claim, reading }, index) => {
      const { amount } = claim;
      return amount > reading.remaining || (amount === 0 && reading.remaining <= 0) ? [index] : [];
    });
    if (full.length === 0) {
      return tell({
        verdict: 'passes',
        text: `within ${claims.length} limit${claims.length === 1 ? '' : 's'}`,
        limits,
      });
    }
    const queued = config.queue !== undefined && config.mode !== 'shadow';
    const text = queued ? 'no room: it would wait in the queue, if there is a place' : 'no room';
    tell({ verdict: 'passes', text, limits });
    const now = host.clock.now();
    const waits = full.map((index) => limits[index] && waitOf(limits[index], now));
    const known = waits.filter((ms) => ms !== undefined);
    const retryAfterMs = known.length < waits.length ? undefined : Math.max(...known);
    const refusal: Refusal = { granted: false, readings, refused: full, retryAfterMs };
    const told = toldOf(claims, refusal);
    const claim = claims[told];
    if (claim === undefined) throw new GatewayError('rate-limited');
    throw errorOf({ claim, reading: readings[told], retryAfterMs, now });
  }
}

/** Milliseconds until it could be granted if nobody else came, as a reservation would be told. */
function waitOf({ claim: { limit, amount }, reading }: LimitFinding, now: number): number | undefined {
  const { window } = limit;
  if (reading.resetsAt === undefined || window === undefined || amount > reading.limit) return undefined;
  const all = reading.resetsAt - now;
  if (window.shape === 'fixed') return Math.max(1, all);
  // It drains evenly: so much of it need not have, for this one to fit.
  const interval = (unitMs[window.unit] * window.count) / limit.amount;
  return Math.max(1, Math.ceil(all - (reading.limit - (amount || 1)) * interval));
}
