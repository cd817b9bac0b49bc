// What the client is told where nobody could be asked: who they are, and why not.
import { type Candidates, describeSpan, describeStanding, GatewayError, type Host, type Skipped } from 'portico';
import { poolsOf } from '../order/group-field.ts';
import { fullIn, nameOf } from '../words.ts';
import type { Pursuit } from './pursuit.ts';

/** Of a thousand accounts it is enough to name some. */
const mostNamed = 8;
const soonMs = 1000;

/** Milliseconds until the first cooldown is over; undefined where nothing cools. */
export function soonestEnd(candidates: Candidates, { health, clock }: Host): number | undefined {
  const now = clock.now();
  let soonest: number | undefined;
  for (const { targets } of poolsOf(candidates)) {
    const standings = health.of(targets);
    for (let at = 0; at < targets.length; at += 1) {
      const standing = standings.standing(at);
      if (standing.state !== 'cooling') continue;
      soonest = Math.min(soonest ?? Number.POSITIVE_INFINITY, Math.max(0, standing.until - now));
    }
  }
  return soonest;
}

/** 429 where time will help, 503 where there is nobody at all. */
export function nobodyLeft(pursuit: Pursuit): GatewayError {
  const { call, candidates, host, full } = pursuit;
  const reasons = reasonsIn(pursuit);
  const summary = summaryOf(reasons, candidates.skipped ?? []);
  const bound = call.key?.accounts;
  const only = bound === undefined ? '' : ` The key ${call.key?.name} may use ${bound.join(', ')} alone.`;
  if (poolsOf(candidates).every(({ targets }) => targets.length === 0)) {
    return new GatewayError('no-account', { message: `No account can serve this request.${summary}${only}` });
  }
  const waits = [soonestEnd(candidates, host), ...[...full.values()].map(({ failure }) => failure.retryAfterMs)];
  // Where nothing stands against any of them any more, they have come back this moment.
  if (reasons.size === 0) waits.push(soonMs);
  const known = waits.filter((ms) => ms !== undefined);
  const retryAfterMs = known.length === 0 ? undefined : Math.min(...known);
  const again = retryAfterMs === undefined ? '' : `; try again in ${describeSpan(retryAfterMs)}`;
  return new GatewayError('upstream-rate-limited', {
    message: `No account can take this request now${again}.${summary}${only}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** By the account's name: one that several models lead to is told once. */
function reasonsIn({ candidates, host, full }: Pursuit): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  const now = host.clock.now();
  for (const { targets } of poolsOf(candidates)) {
    const standings = host.health.of(targets);
    targets.forEach((target, at) => {
      const name = nameOf(target);
      const limit = full.get(target)?.failure.full;
      const reason = limit === undefined ? describeStanding(standings.standing(at), now) : fullIn(limit);
      if (!reasons.has(name) && reason !== undefined) reasons.set(name, reason);
    });
  }
  return reasons;
}

function summaryOf(reasons: ReadonlyMap<string, string>, skipped: readonly Skipped[]): string {
  const told = [...reasons].map(([name, reason]) => `${name} ${reason}`);
  for (const { provider, account, reason } of skipped) {
    const name = account === undefined ? provider : `${provider}/${account}`;
    if (!reasons.has(name)) told.push(`${name} ${reason}`);
  }
  if (told.length === 0) return '';
  const more = told.length > mostNamed ? ` and ${told.length - mostNamed} more` : '';
  return ` ${told.length} ${told.length === 1 ? 'account' : 'accounts'}: ${told.slice(0, mostNamed).join(', ')}${more}.`;
}
