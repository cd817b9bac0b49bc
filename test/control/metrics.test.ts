// What is counted, and that nothing a client or a plugin chooses can make it grow without bound.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { PluginMetrics } from '../../src/control/metrics/plugin-counts.ts';
import { Metrics, type ThreadFigures } from '../../src/control/metrics.ts';
import type { StoreStatus } from '../../src/control/plane.ts';
import type { AccountFigures } from '../../src/control/stats/accounts.ts';
import { account, configOf } from '../support/gateway.ts';
import { attemptOf, recordOf } from '../support/record.ts';

const record = recordOf({
  model: 'whatever a client sends',
  attempts: [
    attemptOf({ provider: 'one', account: 'a', status: 500, failure: 'server (500)' }),
    attemptOf({ provider: 'two', account: 'b' }),
  ],
  firstByteMs: 40,
  ms: 300,
  usage: { input: 7, output: 9, cacheRead: 2, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 },
});

const config = configOf({
  providers: [
    { name: 'one', url: 'http://127.0.0.1:1', accounts: [account('a', 'http://127.0.0.1:1')] },
    { name: 'two', url: 'http://127.0.0.1:1', accounts: [account('b', 'http://127.0.0.1:1')] },
  ],
  keys: [{ name: 'ci' }],
});

function threadOf(thread: number, inFlight: number): ThreadFigures {
  return {
    thread,
    state: 'serving',
    inFlight,
    pulse: { lagP99Ms: 4, lagMaxMs: 20, utilization: 0.25, connections: 9, heapUsed: 5000 },
  };
}

const limits = [
  { subject: 'key:ci', kind: 'requests', window: '1m', used: 59, amount: 60, resetsAt: 0 },
  { subject: 'account:one/a', kind: 'cost', window: 'month', used: 1_250_000, amount: 5_000_000, resetsAt: 0 },
] as const;

const accounts = [
  { provider: 'one', name: 'a', state: 'cooling', models: [] },
  { provider: 'one', name: 'b', state: 'usable', models: [{ model: 'large' }] },
] as unknown as readonly AccountFigures[];

let evictions = 0;
let metrics: Metrics;
let store: StoreStatus | undefined;
beforeEach(() => {
  store = undefined;
  metrics = new Metrics({
    version: '1.2.3',
    threads: () => [threadOf(0, 4), threadOf(1, 1), { ...threadOf(2, 2), state: 'draining', pulse: undefined }],
    providers: () => [
      {
        name: 'one',
        use: 'one',
        enabled: true,
        accounts: [
          { name: 'a', usable: true, reason: undefined },
          { name: 'b', usable: false, reason: 'no key' },
        ],
      },
    ],
    limits: async (most) => limits.slice(0, most),
    accounts: () => accounts,
    credentials: () => [],
    accountEvictions: () => 3,
    evictions: () => evictions,
    failingOutputs: () => 0,
    store: () => store,
  });
  metrics.configure(config);
});

async function lines(): Promise<string[]> {
  return (await metrics.registry.metrics()).split('\n');
}

async function has(line: string): Promise<void> {
  const all = await lines();
  assert.ok(
    all.includes(line),
    `${line}\nnot in\n${all.filter((each) => each.startsWith(line.slice(0, 20))).join('\n')}`,
  );
}

test('requests, durations, attempts and tokens', async () => {
  metrics.record(record);
  await has(
    'portico_requests_total{listener="api",route="root",dialect="openai-chat",operation="chat",status="200",outcome="ok"} 1',
  );
  await has('portico_request_duration_seconds_bucket{le="0.5",route="root",operation="chat",stream="true"} 1');
  await has('portico_request_duration_seconds_bucket{le="0.25",route="root",operation="chat",stream="true"} 0');
  await has('portico_first_byte_seconds_bucket{le="0.05",route="root",operation="chat",stream="true"} 1');
  await has('portico_upstream_attempts_total{provider="one",account="a",result="server"} 1');
  await has('portico_upstream_attempts_total{provider="two",account="b",result="ok"} 1');
  await has('portico_tokens_total{route="root",provider="two",kind="input",source="reported"} 7');
  await has('portico_tokens_total{route="root",provider="two",kind="cache_read",source="reported"} 2');
  await has('portico_key_tokens_total{key="ci",kind="output"} 9');
});

test('the process: in flight, threads, version', async () => {
  metrics.threadRestarted();
  await has('portico_requests_in_flight{thread="0"} 4');
  await has('portico_requests_in_flight{thread="2"} 2');
  await has('portico_connections{thread="0"} 9');
  await has('portico_event_loop_lag_p99_seconds{thread="0"} 0.004');
  await has('portico_event_loop_lag_max_seconds{thread="1"} 0.02');
  await has('portico_event_loop_utilization_ratio{thread="1"} 0.25');
  await has('portico_heap_used_bytes{thread="1"} 5000');
  assert.ok(!(await lines()).some((line) => /event_loop.*thread="2"/.test(line)));
  await has('portico_account_usable{provider="one",account="a"} 1');
  await has('portico_account_usable{provider="one",account="b"} 0');
  await has('portico_data_threads 2');
  await has('portico_thread_restarts_total 1');
  await has('portico_build_info{version="1.2.3"} 1');
});

test('limits: how much is used of how much, money in dollars', async () => {
  await has('portico_limit_used{subject="key:ci",kind="requests",window="1m"} 59');
  await has('portico_limit_amount{subject="key:ci",kind="requests",window="1m"} 60');
  await has('portico_limit_used{subject="account:one/a",kind="cost",window="month"} 1.25');
  await has('portico_limit_amount{subject="account:one/a",kind="cost",window="month"} 5');
});

test('a total that is counted elsewhere is told as it is', async () => {
  for (evictions of [2, 2, 5]) await has(`portico_limit_evictions_total ${evictions}`);
});

test('reloads: the result of each, and only the revision that is served', async () => {
  const result = {
    outcome: 'committed',
    revision: 'one',
    time: 0,
    ms: 0,
    issues: [],
    problems: [],
    degraded: [],
  } as const;
  metrics.reloaded(result);
  metrics.reloaded({ ...result, revision: 'two' });
  metrics.reloaded({ ...result, outcome: 'rejected' });
  await has('portico_config_reloads_total{result="committed"} 2');
  await has('portico_config_reloads_total{result="rejected"} 1');
  await has('portico_config_last_reload_success 0');
  assert.deepEqual(
    (await lines()).filter((line) => line.startsWith('portico_config_info{')),
    ['portico_config_info{revision="two"} 1'],
  );
});

test('nothing a client or an upstream sends becomes a label', async () => {
  metrics.record(record);
  const before = (await lines()).length;
  for (let index = 0; index < 3_000; index += 1) {
    const hostile = `hostile-${index}`;
    const attempt = { provider: hostile, account: hostile, failure: `${hostile} (500)`, model: hostile };
    metrics.record({
      ...recordOf({ key: hostile, model: hostile, path: `/${hostile}`, userAgent: hostile, clientIp: hostile }),
      ...{ route: hostile, listener: hostile, error: hostile, requestId: hostile, status: 100 + index },
      attempts: [attemptOf(attempt), attemptOf({ provider: 'one', account: hostile, failure: hostile })],
    });
  }
  const all = await lines();
  assert.ok(!all.some((line) => /whatever|hostile|10\.0\.0\.1/.test(line)));
  assert.ok(all.length - before < 300, `${all.length - before} lines more`);
  await has('portico_upstream_attempts_total{provider="other",account="other",result="other"} 3000');
  await has('portico_errors_total{route="other",code="other"} 3000');
  await has('portico_key_requests_total{key="other",outcome="ok"} 3000');
});

test('names of the configuration become labels, a thousand of a kind and no more', async () => {
  for (let round = 0; round < 4; round += 1) {
    const names = Array.from({ length: 400 }, (_, index) => `key-${round}-${index}`);
    metrics.configure({ ...config, keys: configOf({ keys: names.map((name) => ({ name })) }).keys });
    for (const key of names) metrics.record(recordOf({ key, attempts: [] }));
  }
  const series = (await lines()).filter((line) => line.startsWith('portico_key_requests_total{'));
  assert.equal(series.length, 1_001);
  await has('portico_key_requests_total{key="key-0-0",outcome="ok"} 1');
  await has('portico_key_requests_total{key="other",outcome="ok"} 600');
});

test('costs are in dollars; what has no price is counted, not left out', async () => {
  const attempts = [attemptOf({ provider: 'two', account: 'b' })];
  metrics.record(recordOf({ attempts, costMicros: 1_500_000, priceSource: 'configured' }));
  metrics.record(recordOf({ attempts, costMicros: 250_000, priceSource: 'listed', usageSource: 'estimated' }));
  metrics.record(recordOf({ attempts, costMicros: undefined, priceSource: 'none' }));
  await has('portico_cost_usd_total{route="root",provider="two"} 1.75');
  await has('portico_key_cost_usd_total{key="ci"} 1.75');
  await has('portico_unpriced_requests_total{route="root",provider="two"} 1');
  await has('portico_tokens_total{route="root",provider="two",kind="input",source="estimated"} 7');
});

test('what followed the first attempt counts by how the request ended', async () => {
  const failed = attemptOf({ provider: 'one', account: 'a', failure: 'server' });
  const kept = attemptOf({ provider: 'one', account: 'a', failure: 'rate-limit', sent: false });
  const [before] = (await lines()).filter((line) => line.startsWith('portico_upstream_further_attempts_total{')) ?? [];
  const base = Number(before?.split(' ').at(-1) ?? 0);
  metrics.record(recordOf({ attempts: [failed, failed, attemptOf({ provider: 'two', account: 'b' })] }));
  metrics.record(recordOf({ attempts: [kept, attemptOf({ provider: 'two', account: 'b' })] }));
  await has(`portico_upstream_further_attempts_total{route="root",outcome="ok"} ${base + 2}`);
});

test('what a limit of the account kept here is no failure of the upstream', async () => {
  const kept = attemptOf({ provider: 'one', account: 'a', failure: 'rate-limit', sent: false, ms: 0 });
  metrics.record(recordOf({ attempts: [kept, attemptOf({ provider: 'two', account: 'b' })] }));
  await has('portico_upstream_attempts_total{provider="one",account="a",result="limit"} 1');
  assert.ok(!(await lines()).some((line) => /upstream_duration.*"limit"/.test(line)));
});

test('what was never sent counts as what it was', async () => {
  const failures = ['auth', 'untranslatable', 'server', 'gone'];
  const attempts = failures.map((failure) => attemptOf({ provider: 'one', account: 'a', failure, sent: false }));
  metrics.record(recordOf({ attempts }));
  for (const result of ['auth', 'untranslatable', 'unavailable', 'gone']) {
    await has(`portico_upstream_attempts_total{provider="one",account="a",result="${result}"} 1`);
  }
});

test('tokens asked for are counted by provider and result', async () => {
  metrics.credentialRefreshed('one', 'failed');
  await has('portico_credential_refreshes_total{provider="one",result="failed"} 1');
});

test('a plain forward counts under its own name', async () => {
  metrics.configure(configOf({ routes: [{ name: 'wiki', url: 'http://127.0.0.1:9000/' }] }));
  const attempt = attemptOf({ provider: 'wiki', account: '127.0.0.1:9000', failure: 'connect' });
  metrics.record(recordOf({ route: 'wiki', operation: 'forward', attempts: [attempt] }));
  await has('portico_upstream_attempts_total{provider="wiki",account="127.0.0.1:9000",result="connect"} 1');
});

test('plugins count under their own names', async () => {
  const plugins = new PluginMetrics(metrics.registry);
  plugins.count({ name: 'plugin_cache_hits', labels: { kind: 'exact' }, by: 2 });
  plugins.count({ name: 'plugin_cache_hits', labels: { kind: 'exact', extra: 'dropped' }, by: 1 });
  await has('portico_plugin_cache_hits_total{kind="exact"} 3');
});

test('what plugins make up is bounded', async () => {
  const plugins = new PluginMetrics(metrics.registry);
  for (let index = 0; index < 2_000; index += 1)
    plugins.count({ name: 'plugin_a_b', labels: { id: String(index) }, by: 1 });
  for (let index = 0; index < 1_000; index += 1) plugins.count({ name: `plugin_a_${index}`, labels: {}, by: 1 });
  plugins.count({ name: 'plugin_a_bad name', labels: {}, by: 1 });
  plugins.count({ name: 'plugin_a_c', labels: { 'bad label': '1' }, by: 1 });
  plugins.count({ name: 'plugin_a_b', labels: { id: '1' }, by: Number.NaN });
  const all = (await lines()).filter((line) => line.startsWith('portico_plugin_a_'));
  assert.equal(all.filter((line) => line.startsWith('portico_plugin_a_b_total')).length, 500);
  assert.equal(new Set(all.map((line) => line.split(/[{ ]/)[0])).size, 200);
  await has(`portico_plugin_counts_refused_total ${1_500 + 801 + 3}`);
});

test('tells whether counts can be saved, and when they last were', async () => {
  assert.ok((await lines()).includes('portico_store_failing 0'));
  assert.ok((await lines()).includes('portico_store_saved_timestamp_seconds 0'));
  store = { kind: 'sqlite', path: '/portico.db', error: 'the disk is full', savedAt: 5500, restart: false };
  assert.ok((await lines()).includes('portico_store_failing 1'));
  assert.ok((await lines()).includes('portico_store_saved_timestamp_seconds 5.5'));
});

test('accounts: the state of each, how often it was put aside and why, and how its trials ended', async () => {
  const aside = { cause: 'rate-limit', scope: 'model', status: 429, until: 2, since: 1, level: 1 } as const;
  const change = { id: '1', accountId: '2', provider: 'one', account: 'a', scope: 'model', trial: false } as const;
  metrics.accountChanged({ ...change, aside });
  metrics.accountChanged({ ...change, aside, longer: true });
  metrics.accountChanged({ ...change, aside, trial: true });
  metrics.accountChanged({ ...change, trial: true });
  metrics.accountChanged({ ...change, account: 'nobody knows it', aside });
  await has('portico_account_state{provider="one",account="a",state="cooling"} 1');
  await has('portico_account_models_aside{provider="one",account="b"} 1');
  await has('portico_account_evictions_total 3');
  await has('portico_account_coolings_total{provider="one",account="a",cause="rate-limit"} 2');
  await has('portico_account_coolings_total{provider="other",account="other",cause="rate-limit"} 1');
  await has('portico_account_trials_total{provider="one",account="a",result="failed"} 1');
  await has('portico_account_trials_total{provider="one",account="a",result="passed"} 1');
});

test('probes are counted by provider and outcome', async () => {
  metrics.record(
    recordOf({ listener: '', route: 'probe', key: undefined, attempts: [attemptOf({ provider: 'one' })] }),
  );
  metrics.record(recordOf({ route: 'probe', attempts: [attemptOf({ provider: 'one' })] }));
  const text = await metrics.registry.getSingleMetricAsString('portico_account_probes_total');
  assert.match(text, /^portico_account_probes_total\{provider="one",result="answered"\} 1$/m);
  await has(
    'portico_requests_total{listener="",route="probe",dialect="openai-chat",operation="chat",status="200",outcome="ok"} 1',
  );
});
