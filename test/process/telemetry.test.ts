// What data threads report reaches the metrics, the last minute and the log tail of the control thread.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startPulse } from '../../src/process/threads/pulse.ts';
import { HandClock } from '../support/clock.ts';
import { chat, control, gatewayYaml, until, Workplace } from './running.ts';

test('a thread tells every second how it is', () => {
  const clock = new HandClock();
  const told: Parameters<Parameters<typeof startPulse>[2]>[0][] = [];
  startPulse(
    clock,
    () => 3,
    (pulse) => told.push(pulse),
  );
  clock.advance(999);
  assert.equal(told.length, 0);
  clock.advance(1);
  clock.advance(1_000);
  assert.equal(told.length, 2);
  for (const pulse of told) {
    assert.equal(pulse.connections, 3);
    assert.ok(pulse.utilization >= 0 && pulse.utilization <= 1);
    assert.ok(pulse.lagP99Ms >= 0 && pulse.lagMaxMs >= pulse.lagP99Ms);
  }
});

describe('a gateway that has served a request', () => {
  const place = Workplace.make();
  let running: Awaited<ReturnType<Workplace['serve']>>;
  before(async () => {
    const made = await place;
    await made.write('gateway.yaml', gatewayYaml({ plugins: ['logger', 'auth', 'balancer'], threads: 1 }));
    running = await made.serve();
    assert.equal((await chat(running)).status, 200);
    assert.equal((await chat(running, '', 'sk-wrong-0123456789abcdef')).status, 401);
    await until(running, ({ threads }) => threads[0]?.pulse !== undefined);
  });
  after(async () => (await place).remove());

  const ask = async (path: string) => (await control(running, 'GET', path)).text();

  test('counts it', async () => {
    const text = await ask('/metrics');
    assert.match(text, /^portico_key_requests_total\{key="test",outcome="ok"\} 1$/m);
    assert.match(text, /^portico_errors_total\{route="root",code="invalid-key"\} 1$/m);
    assert.match(text, /^portico_upstream_attempts_total\{provider="mock",account="default",result="ok"\} 1$/m);
    assert.match(text, /^portico_event_loop_utilization_ratio\{thread="0"\} 0?\.?\d/m);
    assert.match(text, /^portico_connections\{thread="0"\} \d+$/m);
  });

  test('has it in the figures of the last minute', async () => {
    const { total, tables, revision } = JSON.parse(await ask('/stats'));
    assert.deepEqual([total.requests, total.refused, revision], [2, 1, running.revision]);
    assert.equal(tables.keys[0].name, 'test');
  });

  test('has lines about it, without secrets', async () => {
    const { lines } = JSON.parse(await ask('/logs?kind=requests&format=json'));
    const records = lines.map(({ text }: { text: string }) => JSON.parse(text).request);
    assert.deepEqual(
      records.map(({ status, key }: { status: number; key?: string }) => [status, key]),
      [
        [200, 'test'],
        [401, undefined],
      ],
    );
  });
});
