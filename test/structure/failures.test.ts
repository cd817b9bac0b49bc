// docs/failures.md tells the truth: its table against what the gateway makes of each status, its numbers against the code.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptFailure } from '../../src/core/index.ts';
import { readError } from '../../src/dialects/canonical/read-error.ts';
import { coolingFor, isTransient } from '../../src/gateway/attempt/cooling.ts';
import { failure } from '../../src/upstream/attempt.ts';
import { kindOfFault } from '../../src/upstream/classify.ts';
import { read } from './tree.ts';

const minute = 60_000;
const most = 30 * minute;
const text = read('docs/failures.md');
const target = { provider: 'up', account: 'main', model: 'm', priority: 0, weight: 1, credential: '' };

interface Row {
  readonly what: string;
  readonly state: string;
  readonly done: string;
}

const rows: readonly Row[] = [...text.matchAll(/^\| (.+?) \| (.+?) \| (.+?) \| .+ \|$/gm)].map(
  ([, what = '', state = '', done = '']) => ({ what, state, done }),
);

function failureWith(status: number, words: string): AttemptFailure {
  const fault = readError(status, {}, JSON.stringify({ error: { message: words } }));
  return failure({ target }, kindOfFault(fault, status), { message: '', status, fault });
}

function spanOf(ms: number): string {
  const [count, unit] = ms % minute === 0 && ms > minute ? [ms / minute, 'minute'] : [ms / 1000, 'second'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** What the second column says of such a failure. */
function stateAfter(failed: AttemptFailure): string {
  const plan = coolingFor(failed, most);
  if (plan === undefined) return isTransient(failed) ? 'counted by the circuit breaker' : 'none';
  const { scope, firstMs, mostMs } = plan;
  // Only these go by what the upstream says.
  const hinted = coolingFor({ ...failed, retryAfterMs: 7 }, most)?.hintMs === 7;
  const whose = scope === 'account' ? 'account' : 'account for the model';
  const grows = mostMs > firstMs ? `, doubling to ${spanOf(mostMs)}` : '';
  return `${whose}, ${hinted ? 'as long as the upstream says, else ' : ''}${spanOf(firstMs)}${grows}`;
}

function doneAfter({ verdict }: AttemptFailure): RegExp {
  if (verdict === 'stop') return /nobody else is asked/;
  return verdict === 'retry' ? /^the same account once more after a moment, then the next$/ : /the next account$/;
}

const told = rows.flatMap(({ what, state, done }) =>
  [...what.matchAll(/\b[45]\d\d\b/g)].map(([status]) => ({ status: Number(status), what, state, done })),
);

test('the table has every status that means something of its own', () => {
  const statuses = new Set(told.map(({ status }) => status));
  for (const status of [400, 401, 402, 403, 404, 407, 408, 409, 413, 415, 422, 429, 500, 501, 502, 503, 504, 529]) {
    assert.ok(statuses.has(status), String(status));
  }
});

for (const { status, what, state, done } of told) {
  test(`${status} of "${what.slice(0, 40)}"`, () => {
    const failed = failureWith(status, what.includes('no such model') ? 'The model `x` does not exist' : 'no');
    assert.equal(stateAfter(failed), state);
    assert.match(done, doneAfter(failed));
  });
}

test('its numbers are those of the code and of the settings', () => {
  const { breaker, cooling, route } = JSON.parse(read('schemas/gateway.schema.json')).$defs;
  const { retries } = JSON.parse(read('plugins/balancer/schema.json')).properties;
  const { failures, window, open } = breaker.properties;
  const { share, least } = retries.properties.budget.properties;
  assert.deepEqual([failures.default, window.default, open.default], [5, '60s', '30s']);
  assert.match(text, /at the fifth failure within a minute .* stays open for 30 seconds/);
  assert.equal(cooling.properties.most.default, '30m');
  assert.match(text, /`cooling.most`, 30 minutes unless it is set/);
  assert.deepEqual([share.default, least.default], [0.2, 3]);
  assert.match(text, /20% of those under way and at least 3/);
  assert.deepEqual([route.properties.heartbeat.default, route.properties.onDisconnect.default], ['15s', 'abort']);
  assert.match(text, /a heartbeat every 15 seconds/);
  assert.match(read('src/upstream/answer/hold.ts'), /mostEvents = 64;\nconst mostEventBytes = 256 \* 1024;/);
  assert.match(text, /64 of them or 256 KiB at most/);
  assert.match(read('src/gateway/call/delivery.ts'), /drainMs = 60_000;\nconst drainBytes = 8 \* 1024 \* 1024;/);
  assert.match(text, /60 seconds and 8 MiB at most/);
});
