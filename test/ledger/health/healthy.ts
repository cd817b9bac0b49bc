// A ledger with a clock that stands still, and short ways to say what befalls its targets.
import type { Cooled, Target } from '../../../src/core/index.ts';
import type { HealthChange } from '../../../src/ledger/health/change.ts';
import type { Breaker, Cooling, SharedHealth, Watch } from '../../../src/ledger/health/health.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { HandClock } from '../../support/clock.ts';

export const minute = 60_000;
export const breaker: Breaker = { failures: 5, windowMs: minute, openMs: 30_000, mostMs: 30 * minute };

export function target(account: string, model: string | undefined = 'large', credential = 'c1'): Target {
  return { provider: 'up', account, model, priority: 0, weight: 1, credential };
}

export function rateLimit(hintMs?: number): Cooling {
  return { cause: 'rate-limit', scope: 'model', status: 429, hintMs, firstMs: 1_000, mostMs: 30 * minute };
}

export const credentials: Cooling = {
  cause: 'credentials',
  scope: 'account',
  status: 401,
  hintMs: undefined,
  firstMs: 30 * minute,
  mostMs: 30 * minute,
};

export interface Scene {
  readonly clock: HandClock;
  readonly memory: SharedArrayBuffer;
  readonly ledger: SharedLedger;
  readonly health: SharedHealth;
  readonly changes: HealthChange[];
}

export function scene(clock = new HandClock()): Scene {
  const memory = createMemory();
  const changes: HealthChange[] = [];
  const ledger = new SharedLedger(memory, 0, clock, (change) => changes.push(change));
  return { clock, memory, ledger, health: ledger.health, changes };
}

/** An attempt that is told off at once. */
export function cool(health: SharedHealth, of: Target, cooling: Cooling = rateLimit()): Cooled {
  const watch = health.begin(of);
  const cooled = watch.cool(cooling);
  watch.end();
  return cooled;
}

export function fail(health: SharedHealth, of: Target, rule: Breaker = breaker): Cooled | undefined {
  const watch = health.begin(of);
  const cooled = watch.failed(rule, 500);
  watch.end();
  return cooled;
}

export function answer(health: SharedHealth, of: Target, ms = 100): void {
  const watch = health.begin(of);
  watch.answered(ms);
  watch.end();
}

export function stateOf(health: SharedHealth, of: Target): string {
  const view = health.of([of]);
  const { state } = view.standing(0);
  if (state !== view.state(0)) throw new Error(`${state} is not ${view.state(0)}`);
  return state;
}

export function begun(health: SharedHealth, of: Target, times: number): Watch[] {
  return Array.from({ length: times }, () => health.begin(of));
}
