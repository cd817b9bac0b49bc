// Holds a call to the limits of its key, its route and the rules: reserves an estimate before, all of it or nothing, and
// settles with the truth when the last byte has left.
import type { Next } from 'koa';
import {
  type Call,
  type CallContext,
  type Claim,
  claimsOf,
  type Grant,
  plugin,
  type Refusal,
  settleClaims,
} from 'portico';
import { dropUpstreamHeaders, setHeaders } from './headers.ts';
import { errorOf, neverFits, toldOf } from './refuse.ts';
import { compileRules, type OwnedShare, type RuleSettings, sharesOf } from './rules.ts';
import { type RoomSettings, WaitingRoom } from './waiting-room.ts';

interface Config {
  readonly mode: 'enforce' | 'shadow';
  readonly rules: readonly RuleSettings[];
  readonly headers: boolean;
  readonly queue?: RoomSettings;
  readonly reserveOutput: number;
}

export default plugin<Config>((config, host) => {
  const { ledger, clock, metrics } = host;
  // A shadow changes nothing that a client could notice.
  const shadow = config.mode === 'shadow';
  const room = config.queue === undefined || shadow ? undefined : new WaitingRoom(config.queue, ledger, clock);
  const tells = config.headers && !shadow;
  const rules = compileRules(config.rules);

  /** Most calls are held to nothing: that costs them nothing. */
  return function rateLimit(ctx, next) {
    const { call } = ctx;
    if (rules.length === 0 && call.limits.length === 0 && (call.key?.limits.length ?? 0) === 0) return next();
    return reachesNobody(ctx) ? next() : limited(ctx, next);
  };

  async function limited(ctx: CallContext, next: Next): Promise<unknown> {
    const { call } = ctx;
    const claims = await claimsOf(call, await sharesOf(call, rules), config.reserveOutput);
    if (claims.length === 0) return next();
    const result = await admit(call, claims);
    if (result.granted) void call.done.then((end) => settleClaims(result, claims, call.attempts, end));
    if (tells) setHeaders(ctx, claims, result.readings);
    if (!result.granted) refuse(ctx, claims, result);
    if (!tells) return next();
    try {
      return await next();
    } finally {
      dropUpstreamHeaders(ctx);
    }
  }

  async function admit(call: Call, claims: readonly Claim[]): Promise<Grant | Refusal> {
    if (room === undefined) return ledger.reserve(claims);
    let line = room.lineOf(claims);
    if (line === undefined) {
      const result = await ledger.reserve(claims);
      if (result.granted || !room.helps(claims, result)) return result;
      line = result.refused[0] ?? 0;
    }
    const { result, verdict, ms } = await room.wait(claims, line, call);
    metrics.count('queued', { result: verdict });
    metrics.count('waited_seconds', { result: verdict }, ms / 1000);
    if (verdict === 'left') throw call.signal.reason;
    return result;
  }

  /** Throws, unless only a shadow is wanted. */
  function refuse(ctx: CallContext, claims: readonly (OwnedShare & Claim)[], refusal: Refusal): void {
    const told = toldOf(claims, refusal);
    const claim = claims[told];
    if (claim === undefined) return;
    const { window, kind } = claim.limit;
    metrics.count(shadow ? 'shadowed' : 'rejected', {
      limit: claim.label,
      kind: window?.shape === 'rate' ? 'rate' : kind,
    });
    const { retryAfterMs, readings } = refusal;
    const error = errorOf({ claim, reading: readings[told], retryAfterMs, now: clock.now() });
    if (shadow) {
      host.log.info('a request would be refused', { call: ctx.call.id, code: error.code, message: error.message });
      return;
    }
    // SDKs try a 429 again unless they are told that it is no use.
    if (neverFits(claim)) ctx.set('x-should-retry', 'false');
    throw error;
  }
});

/** Model lists are made here, and an OPTIONS that no plugin answered goes to no provider. */
function reachesNobody({ call, method }: CallContext): boolean {
  return call.operation === 'models' || (method === 'OPTIONS' && call.operation !== 'forward');
}
