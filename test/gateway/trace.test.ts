// Trace context crosses the gateway: the client's trace goes on upstream under a span of each attempt, and the record
// names both; what is not valid starts a new one.
import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { traceOf } from '../../src/gateway/call/trace.ts';
import { account, TestGateway } from '../support/gateway.ts';
import { json, Upstream } from '../support/upstream.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';
const valid = `00-${traceId}-${parent}-01`;

describe('a traceparent', () => {
  test('that is valid is followed, its sampled flag kept', () => {
    for (const [flags, sampled] of [
      ['00', false],
      ['01', true],
      ['03', true],
      ['02', false],
    ] as const) {
      const trace = traceOf({ traceparent: `00-${traceId}-${parent}-${flags}` });
      assert.deepEqual([trace.traceId, trace.parentSpanId, trace.sampled], [traceId, parent, sampled]);
      assert.match(trace.spanId, /^[0-9a-f]{16}$/);
      assert.notEqual(trace.spanId, parent);
    }
  });

  test('of a later version is read as far as this one goes', () => {
    assert.equal(traceOf({ traceparent: `cc-${traceId}-${parent}-01-what-the-future-holds` }).traceId, traceId);
    assert.equal(traceOf({ traceparent: `cc-${traceId}-${parent}-01` }).traceId, traceId);
  });

  const wrong = {
    'is absent': undefined,
    'is empty': '',
    'has upper-case digits': valid.toUpperCase(),
    'is of version ff': valid.replace(/^00/, 'ff'),
    'has no trace': `00-${'0'.repeat(32)}-${parent}-01`,
    'has no parent': `00-${traceId}-${'0'.repeat(16)}-01`,
    'is longer than its version': `${valid}-01`,
    'runs on after its version': `cc${valid.slice(2)}x`,
    'is too short': valid.slice(1),
    'was sent twice': `${valid}, ${valid}`,
    'has spaces': ` ${valid}`,
  };
  for (const [what, traceparent] of Object.entries(wrong)) {
    test(`that ${what} starts a new trace, without the state of the old`, () => {
      const headers: IncomingHttpHeaders = { tracestate: 'a=1', ...(traceparent === undefined ? {} : { traceparent }) };
      const trace = traceOf(headers);
      assert.match(trace.traceId, /^[0-9a-f]{32}$/);
      assert.notEqual(trace.traceId, traceId);
      assert.deepEqual([trace.parentSpanId, trace.state, trace.sampled], [undefined, undefined, true]);
    });
  }
});

describe('a tracestate', () => {
  const stateOf = (tracestate: string) => traceOf({ traceparent: valid, tracestate }).state;

  test('that is valid is passed as it is', () => {
    for (const state of ['a=1', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'fw529a3039@dt=x y , b=2', 'a=1,,b=2']) {
      assert.equal(stateOf(state), state);
    }
  });

  test('that is not is left out, and the trace goes on', () => {
    const many = Array.from({ length: 33 }, (_, index) => `k${index}=v`).join(',');
    for (const state of ['', ',', 'a', 'A=1', 'a=1,a=2', 'a=', 'a=b=c', `a=${'x'.repeat(257)}`, many, 'a=ü']) {
      assert.equal(stateOf(state), undefined, state);
    }
    assert.equal(traceOf({ traceparent: valid, tracestate: 'A' }).traceId, traceId);
  });

  test('of any length is judged in no time', () => {
    const started = performance.now();
    assert.equal(stateOf(`a=${' '.repeat(16_000)}`), undefined);
    assert.ok(performance.now() - started < 100);
  });
});

test('ids of many calls are all different', () => {
  const traces = Array.from({ length: 1_000 }, () => traceOf({}));
  assert.equal(new Set(traces.map((trace) => trace.traceId)).size, 1_000);
  assert.equal(new Set(traces.map((trace) => trace.spanId)).size, 1_000);
});

describe('on the way', () => {
  let upstream: Upstream;
  let portico: TestGateway;
  before(async () => {
    upstream = await Upstream.start(json({ ok: true }));
    const accounts = [account('one', upstream.url, { priority: 2 }), account('two', upstream.url)];
    portico = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, accounts }],
      routes: [{ name: 'root' }, { name: 'wiki', paths: ['/wiki'], url: upstream.url }],
    });
  });
  beforeEach(() => {
    upstream.answer = json({ ok: true }, 200, { 'x-request-id': 'req-1' });
    upstream.requests.length = 0;
    portico.records.length = 0;
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  async function ask(headers: Record<string, string>, path = '/v1/chat/completions') {
    await (await portico.post(path, { model: 'model-a', messages: [] }, { headers })).text();
    await portico.recorded(1);
    return portico.records[0] ?? assert.fail();
  }

  test('each attempt has a span of its own in the trace of the client', async () => {
    upstream.answer = json({ error: { message: 'no' } }, 500);
    const record = await ask({ traceparent: valid, tracestate: 'a=1' });
    assert.equal(upstream.requests.length, 2);
    assert.deepEqual([record.traceId, record.parentSpanId], [traceId, parent]);
    const sent = upstream.requests.map(({ headers }) => headers.traceparent);
    assert.deepEqual(
      sent,
      record.attempts.map(({ spanId }) => `00-${traceId}-${spanId}-01`),
    );
    assert.equal(new Set([parent, record.spanId, ...record.attempts.map(({ spanId }) => spanId)]).size, 4);
    assert.ok(upstream.requests.every(({ headers }) => headers.tracestate === 'a=1'));
  });

  test('a trace that starts here is told upstream, an invalid one is not passed on', async () => {
    const record = await ask({ traceparent: 'rubbish', tracestate: 'a=1' });
    assert.equal(upstream.last.headers.traceparent, `00-${record.traceId}-${record.attempts[0]?.spanId}-01`);
    assert.equal(upstream.last.headers.tracestate, undefined);
    assert.equal(record.parentSpanId, undefined);
  });

  test('other context of the client stays here, but for plain forwards', async () => {
    const context = { baggage: 'user=alice', b3: `${traceId}-${parent}-1`, 'x-b3-traceid': traceId };
    await ask(context);
    assert.deepEqual(
      Object.keys(upstream.last.headers).filter((name) => name in context),
      [],
    );
    portico.records.length = 0;
    const record = await ask({ ...context, traceparent: valid }, '/wiki/page');
    assert.equal(upstream.last.headers.baggage, 'user=alice');
    assert.equal(upstream.last.headers.traceparent, `00-${traceId}-${record.attempts[0]?.spanId}-01`);
  });

  test('the record says what became of each attempt, when it was sent, and what the upstream calls it', async () => {
    const answers = [json({ error: { message: 'no' } }, 500), json({ ok: true }, 200, { 'x-request-id': 'req-2' })];
    upstream.answer = (res, seen) => answers.shift()?.(res, seen);
    const { attempts, reason } = await ask({});
    const [first, second] = attempts;
    assert.deepEqual([first?.failure, first?.reason], ['server (500)', 'The upstream answered 500.']);
    assert.deepEqual([second?.failure, second?.reason, second?.requestId], [undefined, undefined, 'req-2']);
    assert.ok(first !== undefined && second !== undefined && first.startMs >= 0);
    assert.ok(second.startMs >= first.startMs + first.ms);
    assert.equal(reason, undefined);
    assert.ok(!('priority' in first));
  });

  test('the record gives the reason of a failure in words', async () => {
    upstream.answer = json({ error: { message: 'no' } }, 500);
    const failed = await ask({});
    assert.deepEqual([failed.error, failed.reason], ['upstream-failed', 'The upstream answered 500.']);
    portico.records.length = 0;
    const unknown = await ask({}, '/v1/nothing-here');
    assert.equal(unknown.error, 'not-offered');
    assert.match(unknown.reason ?? '', /The model "model-a" is not offered/);
  });
});
