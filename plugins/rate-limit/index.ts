// Holds a call to the limits of its key, its route and the rules: reserves an estimate before, all of it or nothing, and
// settles with the truth when the last byte has left.
import type { Next } from 'koa';
import {
  type Call,
  type CallContext,
  type Claim,
  claimsOf,
  type ErrorCode,
  GatewayError,
  type Grant,
  type Host,
  type PluginHandler,
  plugin,
  type Refusal,
  settleClaims,
} from 'portico';
import { explain } from './explain.ts';
import { type Standing, standingOf, tellOf } from './headers.ts';
import { reachesNobody } from './reaches-nobody.ts';
import { errorOf, neverFits, toldOf } from './refuse.ts';
import { compileRules, type OwnedShare, type RuleSettings, sharesOf } from './rules.ts';
import { type UserSettings, userOf } from './user.ts';
import { type RoomSettings, WaitingRoom } from './waiting-room.ts';

export interface Config {
  readonly mode: 'enforce' | 'shadow';
  readonly rules: readonly RuleSettings[];
  readonly users: UserSettings;
  readonly headers: boolean;
  readonly queue?: RoomSettings;
  readonly reserveOutput: number;
}

/** What this plugin refuses for. */
const refusals: ReadonlySet<ErrorCode> = new Set(['rate-limited', 'quota-exceeded', 'price-unknown']);

function rateLimit(config: Config, host: Host): PluginHandler {
  const { ledger, clock, metrics } = host;
  // A shadow changes nothing that a client could notice.
  const shadow = config.mode === 'shadow';
  const room = config.queue === undefined || shadow ? undefined : new WaitingRoom(config.queue, ledger, clock);
  const rules = compileRules(config.rules, host.timezone);

  /** Most calls are held to nothing: that costs them nothing. */
  return function rateLimit(ctx, next) {
    const { call } = ctx;
    if (rules.length === 0 && call.limits.length === 0 && (call.key?.limits.length ?? 0) === 0) return next();
    if (reachesNobody(ctx)) return next();
    return shadow ? watched(ctx, next) : limited(ctx, next);
  };

  async function limited(ctx: CallContext, next: Next): Promise<unknown> {
    const told = await hold(ctx);
    if (told === undefined || !config.headers) return next();
    let answered = false;
    try {
      await next();
      answered = true;
    } finally {
      tellOf(ctx, told, answered);
    }
  }

  async function watched(ctx: CallContext, next: Next): Promise<unknown> {
    try {
      await hold(ctx);
    } catch (thrown) {
      report(ctx.call, thrown);
    }
    return next();
  }

  function report({ id }: Call, thrown: unknown): void {
    if (!(thrown instanceof GatewayError)) {
      host.log.error('a request was not counted', { call: id, error: String(thrown) });
      return;
    }
    const { code, message } = thrown;
    // What else is wrong with a request is found by those who come next.
    if (refusals.has(code)) host.log.info('a request would be refused', { call: id, code, message });
  }

  /** Takes what the call claims until its end, or throws the refusal. Where the limits stand then; undefined where nothing limits it. */
  async function hold(ctx: CallContext): Promise<Standing | undefined> {
    const { call } = ctx;
    const claims = await claimsOf(
      call,
      await sharesOf(call, rules, () => userOf(ctx, config.users)),
      config.reserveOutput,
    );
    if (claims.length === 0) return undefined;
    const result = await admit(call, claims);
    if (result.granted) void call.done.then((end) => settleClaims(result, claims, call.attempts, end));
    const told = config.headers && !shadow ? standingOf(call, claims, result.readings) : {};
    if (result.granted) return told;
    ctx.set(told);
    throw refusal(ctx, claims, result);
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

  function refusal(ctx: CallContext, claims: readonly (OwnedShare & Claim)[], result: Refusal): GatewayError {
    const told = toldOf(claims, result);
    const claim = claims[told];
    if (claim === undefined) return new GatewayError('rate-limited');
    const { window, kind } = claim.limit;
    const limit = claim.label;
    metrics.count(shadow ? 'shadowed' : 'rejected', { limit, kind: window?.shape === 'rate' ? 'rate' : kind });
    // SDKs try a 429 again unless they are told that it is no use.
    if (neverFits(claim) && !shadow) ctx.set('x-should-retry', 'false');
    const { retryAfterMs, readings } = result;
    return errorOf({ claim, reading: readings[told], retryAfterMs, now: clock.now() });
  }
}

export default plugin<Config>(rateLimit, { explain });
