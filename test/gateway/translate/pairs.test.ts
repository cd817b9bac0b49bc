// A client of each dialect reaches a model behind each other dialect: whole and streamed, and where the upstream does the
// one though it was asked for the other.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { dialectNames } from '../../../src/dialects/index.ts';
import { sampleOf } from '../../../src/gateway/contract/samples/index.ts';
import { events, json } from '../../support/upstream.ts';
import { eventsOf, type Rig, rigOf, textIn, upstreamOf } from './rig.ts';

const used = { input: 3, output: 5, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };

for (const to of dialectNames) {
  describe(`a model behind ${to}`, () => {
    const whole = JSON.parse(sampleOf(to, 'chat')?.answer ?? '{}');
    let rig: Rig;
    before(async () => {
      rig = await rigOf(to);
    });
    beforeEach(() => {
      rig.upstream.answer = upstreamOf(to);
      rig.portico.records.length = 0;
    });
    after(() => rig[Symbol.asyncDispose]());

    for (const from of dialectNames.filter((name) => name !== to)) {
      test(`answers a client of ${from} whole`, async () => {
        const response = await rig.ask(from);
        const text = await response.text();
        assert.equal(response.status, 200, text);
        assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
        assert.equal(textIn(from, text), textIn(to, JSON.stringify(whole)));
        await rig.portico.recorded(1);
        const [record] = rig.portico.records;
        assert.deepEqual([record?.usage, record?.usageSource, record?.outcome], [used, 'reported', 'ok']);
        assert.deepEqual(
          record?.attempts.map(({ dialect, sent }) => [dialect, sent]),
          [[to, true]],
        );
        assert.equal(record?.dialect, from);
      });

      test(`answers a client of ${from} in a stream`, async () => {
        const response = await rig.ask(from, true);
        const text = await response.text();
        assert.equal(response.status, 200, text);
        assert.equal(response.headers.get('content-type'), 'text/event-stream');
        assert.equal(textIn(from, text).trimEnd(), `good day${to === 'openai-chat' ? ' é é' : ''}`);
        await rig.portico.recorded(1);
        const [record] = rig.portico.records;
        assert.deepEqual([record?.usage, record?.usageSource, record?.outcome], [used, 'reported', 'ok']);
      });

      test(`streams to a client of ${from} what it does not stream itself`, async () => {
        rig.upstream.answer = json(whole);
        const response = await rig.ask(from, true);
        const text = await response.text();
        assert.equal(response.headers.get('content-type'), 'text/event-stream', text);
        assert.equal(textIn(from, text), textIn(to, JSON.stringify(whole)));
        await rig.portico.recorded(1);
        assert.deepEqual([rig.portico.records[0]?.usage, rig.portico.records[0]?.outcome], [used, 'ok']);
      });

      test(`gathers for a client of ${from} what it streams unasked`, async () => {
        rig.upstream.answer = events(...eventsOf(to));
        const response = await rig.ask(from);
        const text = await response.text();
        assert.match(response.headers.get('content-type') ?? '', /^application\/json/, text);
        assert.equal(textIn(from, text).slice(0, 8), 'good day');
        await rig.portico.recorded(1);
        assert.deepEqual([rig.portico.records[0]?.usage, rig.portico.records[0]?.outcome], [used, 'ok']);
      });
    }
  });
}
