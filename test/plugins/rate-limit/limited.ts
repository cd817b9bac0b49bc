// A gateway with limits, and short ways to ask it and to see what is used.
import assert from 'node:assert/strict';
import { type Clock, type LimitSettings, readLimits } from '../../../src/core/index.ts';
import { claimsFor, usedOf } from '../../ledger/limits/claims.ts';
import { chainOf } from '../../support/chain.ts';
import { HandClock } from '../../support/clock.ts';
import { TestGateway, type Wanted } from '../../support/gateway.ts';
import type { Upstream } from '../../support/upstream.ts';

export interface Limited extends Omit<Wanted, 'plugins'> {
  readonly key?: LimitSettings;
  readonly route?: LimitSettings;
  /** Of the plugin. */
  readonly settings?: Record<string, unknown>;
}

export const asked = { model: 'model-a', messages: [{ role: 'user', content: 'What is the capital of France?' }] };
export const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
/** The clock of these tests stands twenty seconds into a minute. */
export const startedAt = 1_700_000_000_000;

export async function wantedOf(upstream: Upstream, { key, route, settings, ...more }: Limited): Promise<Wanted> {
  return {
    providers: [{ name: 'up', url: upstream.url }],
    keys: [{ limits: readLimits(key) }],
    routes: [{ name: 'root', limits: readLimits(route) }],
    prices: { models: [{ model: 'model-*', provider: undefined, price: { input: 2, output: 10 } }] },
    plugins: await chainWith(settings),
    ...more,
  };
}

const chains = new Map<string, ReturnType<typeof chainOf>>();

/** Read once for all tests with the same settings. Nothing is asked again: the clock of these tests stands still. */
function chainWith(settings: Record<string, unknown> = {}): ReturnType<typeof chainOf> {
  const id = JSON.stringify(settings);
  const chain = chains.get(id) ?? chainOf('auth', { 'rate-limit': settings }, { balancer: { retries: { same: 0 } } });
  chains.set(id, chain);
  return chain;
}

export async function start(upstream: Upstream, limited: Limited, clock: Clock = new HandClock(startedAt)) {
  return TestGateway.start(await wantedOf(upstream, limited), clock);
}

/** Asks in the OpenAI dialect, and reads all of the answer. */
export async function ask(portico: TestGateway, body: unknown = asked, headers: Record<string, string> = {}) {
  const before = portico.records.length;
  const response = await portico.post('/v1/chat/completions', body, { headers });
  const text = await response.text();
  await portico.recorded(before + 1);
  return { status: response.status, headers: response.headers, text };
}

/** What is used of each limit of a subject, in the order requests, rate, tokens, cost, concurrency. */
export function used(portico: TestGateway, subject: string, settings: LimitSettings): Promise<readonly number[]> {
  return usedOf(portico.ledger, claimsFor(subject, settings));
}

export async function statuses(portico: TestGateway, times: number, body: unknown = asked): Promise<readonly number[]> {
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) found.push((await ask(portico, body)).status);
  return found;
}

export function messageOf(text: string): string {
  const { error } = JSON.parse(text) as { error?: { message?: string } };
  assert.ok(typeof error?.message === 'string', text);
  return error.message.replace(/ \(request id: .*\)$/, '');
}
