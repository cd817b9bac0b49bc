// What an attempt says of its target: noted in the shared health, so that whoever chooses next, in any thread, knows.
import type { LoadedProvider } from '../../config/loaded.ts';
import type { AttemptFailure, Cooled, Outcome, Target } from '../../core/index.ts';
import type { Breaker, Watch } from '../../ledger/health/health.ts';
import type { Attempted } from '../../upstream/attempt.ts';
import type { GatewayCall } from '../call/call.ts';
import { makeLog } from '../compile/host.ts';
import type { Account, Provider } from '../snapshot.ts';
import { breakerOf, coolingFor, isTransient } from './cooling.ts';
import { type ErrorRule, ruleFor } from './error-rules.ts';
import { renewed } from './renewal.ts';
import type { RunningAttempt } from './running-attempt.ts';

/** A failure that counts only if the same target, asked once more, does not cure it. */
export interface Unproven {
  readonly target: Target;
  readonly watch: Watch;
  readonly breaker: Breaker;
  readonly status: number | undefined;
}

const longestMs = 30 * 60_000;
const noRules: readonly ErrorRule[] = [];

/** The outcome, with what follows from it. */
export function judge(
  running: RunningAttempt,
  { loaded }: Provider,
  account: Account,
  { outcome, error, unread }: Attempted,
): Outcome | Promise<Outcome> {
  if (!outcome.ok) {
    if (unread !== undefined) warnOnce(running.call, loaded, unread);
    const { snapshot, route } = running.call;
    const rule = error && ruleFor(error, account.rules, snapshot.parts.routes.get(route)?.rules ?? noRules);
    return judgeFailure(running, loaded, account, outcome, rule);
  }
  running.watch?.answered(running.call.clock.ticks() - running.started);
  running.answeredBy = loaded;
  return outcome;
}

async function judgeFailure(
  running: RunningAttempt,
  loaded: LoadedProvider,
  account: Account,
  outcome: AttemptFailure,
  rule: ErrorRule | undefined,
): Promise<AttemptFailure> {
  const { watch } = running;
  const most = loaded.cooling?.most ?? longestMs;
  const retryAfterMs = outcome.retryAfterMs === undefined ? undefined : Math.min(outcome.retryAfterMs, most);
  const failure = { ...outcome, retryAfterMs, verdict: rule?.then ?? outcome.verdict };
  if (rule === undefined && (await renewed(running, account, failure))) {
    watch?.nothing();
    return { ...failure, verdict: 'retry', refreshed: true };
  }
  // What was tried once more after a while, and failed, is put aside: to ask it again would not be passing it over.
  const tried = watch?.trial === true && rule?.then === undefined && failure.verdict === 'retry';
  const judged = tried ? { ...failure, verdict: 'next' as const } : failure;
  const cooled = watch && note(running, watch, loaded, judged, rule, account.held !== undefined);
  return cooled === undefined ? judged : { ...judged, cooled };
}

function note(
  { call, target }: RunningAttempt,
  watch: Watch,
  loaded: LoadedProvider,
  failure: AttemptFailure,
  rule: ErrorRule | undefined,
  renews: boolean,
): Cooled | undefined {
  const { cooling } = loaded;
  const { status } = failure;
  if (cooling !== undefined && rule?.cool !== 0) {
    if (rule?.cool !== undefined) {
      const ms = Math.min(rule.cool, cooling.most);
      return watch.cool({ cause: 'rule', scope: rule.scope ?? 'model', status, hintMs: ms, firstMs: ms, mostMs: ms });
    }
    const plan = coolingFor(failure, cooling.most, renews);
    if (plan !== undefined) return watch.cool(rule?.scope === undefined ? plan : { ...plan, scope: rule.scope });
    const breaker = isTransient(failure) ? breakerOf(loaded) : undefined;
    if (breaker !== undefined && failure.verdict !== 'retry') return watch.failed(breaker, status);
    if (breaker !== undefined) {
      // Of two that failed side by side neither is forgotten.
      settleUnproven(call, target);
      call.unproven = { target, watch, breaker, status };
      return undefined;
    }
  }
  watch.nothing();
  return undefined;
}

/** Another attempt begins at `next`, or (undefined) the call ends: what the last failure was is known now. */
export function settleUnproven(call: GatewayCall, next: Target | undefined): void {
  const { unproven } = call;
  if (unproven === undefined) return;
  call.unproven = undefined;
  const { target, watch, breaker, status } = unproven;
  if (next !== undefined && isSame(target, next)) watch.nothing();
  else watch.failed(breaker, status);
}

function isSame(one: Target, other: Target): boolean {
  return one.provider === other.provider && one.account === other.account && one.model === other.model;
}

const warned = new WeakMap<LoadedProvider, Set<string>>();

/** Once per provider and header until the configuration changes. */
function warnOnce({ clock, snapshot }: GatewayCall, loaded: LoadedProvider, header: string): void {
  const said = warned.get(loaded) ?? new Set();
  if (said.has(header)) return;
  warned.set(loaded, said.add(header));
  const fields = { provider: loaded.name, header };
  makeLog('gateway', clock, snapshot.parts.outbox).warn(
    'an upstream says when to ask again in a form that is not known here',
    fields,
  );
}
