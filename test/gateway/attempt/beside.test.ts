// Attempts side by side: each has its own findings, the one that is answered hands them over, and who is given up ends
// within a second, is billed for what it read, and frees what it held.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Call } from '../../../src/core/index.ts';
import { readLimits } from '../../../src/core/index.ts';
import { claimsFor, usedOf } from '../../ledger/limits/claims.ts';
import { account } from '../../support/gateway.ts';
import { chunk, events, json, Upstream } from '../../support/upstream.ts';
import { asked, type Rig, rigOf, targetAt } from './rig.ts';

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
const limits = { tokens: '100k/m', concurrency: 5, cost: '5 USD/day', requests: '50/m' } as const;
const streaming = { ...asked, stream: true };
const piece = chunk({ choices: [{ index: 0, delta: { content: 'hello' } }] });
const end = `${chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}${chunk({ choices: [], usage })}data: [DONE]\n\n`;

describe('attempts side by side', () => {
  let slow: Upstream;
  let quick: Upstream;
  let rig: Rig;
  const [first, second] = [targetAt('slow'), targetAt('quick')];
  const prices = { models: [{ model: 'model-a', provider: undefined, price: { input: 2, output: 10 } }] };
  const used = (name: string) => usedOf(rig.portico.ledger, claimsFor(`account:${name}/main`, limits));
  before(async () => {
    slow = await Upstream.start(json({}));
    quick = await Upstream.start(json({}));
  });
  beforeEach(async () => {
    slow.answer = () => undefined;
    quick.answer = json({ from: 'quick', usage });
    slow.requests.length = 0;
    const one = (upstream: Upstream) => ({
      url: upstream.url,
      accounts: [account('main', upstream.url, { limits: readLimits(limits) })],
    });
    rig = await rigOf({ slow: one(slow), quick: one(quick) }, { prices });
  });
  after(async () => {
    await slow[Symbol.asyncDispose]();
    await quick[Symbol.asyncDispose]();
  });

  /** The first is asked, then the second; the first is given up when the second has answered. */
  async function hedged(call: Call) {
    const abort = new AbortController();
    const arrived = slow.next();
    const losing = call.attempt(first, { signal: abort.signal });
    await arrived;
    const winner = await call.attempt(second);
    abort.abort();
    const loser = await losing;
    call.answer(winner);
    return loser;
  }

  test('who is given up is told so, its upstream request is cancelled, and the other one answers', async () => {
    await using _ = rig;
    let kind = '';
    const { status, text, record } = await rig.ask(async (call) => {
      const loser = await hedged(call);
      kind = loser.ok ? 'ok' : `${loser.kind} ${loser.verdict}`;
    });
    await slow.last.aborted;
    assert.deepEqual([status, JSON.parse(text).from, kind], [200, 'quick', 'gone stop']);
    assert.deepEqual(
      record?.attempts.map(({ provider, failure, sent }) => [provider, failure, sent]),
      [
        ['quick', undefined, true],
        ['slow', 'gone', true],
      ],
    );
    assert.equal(record?.outcome, 'ok');
    assert.deepEqual([rig.inFlight(first), rig.inFlight(second)], [0, 0]);
    assert.equal(rig.standing(first).state, 'usable');
  });

  test('it is billed for what it read: record, cost and limits agree', async () => {
    await using _ = rig;
    const { record } = await rig.ask(hedged as (call: Call) => Promise<never>);
    const lost = record?.attempts[1];
    const input = lost?.inputTokens ?? 0;
    assert.ok(input > 0, String(input));
    assert.equal(lost?.costMicros, input * 2);
    assert.equal(record?.costMicros, 100 * 2 + 20 * 10 + input * 2);
    assert.deepEqual([record?.usage?.input, record?.usage?.output], [100, 20]);
    // The one that answered is counted what it used and no more; the other what was reserved for it.
    assert.deepEqual(await used('quick'), [1, 120, 400, 0]);
    const [lostRequests, lostTokens = 0, lostCost = 0, lostPlaces] = await used('slow');
    assert.deepEqual([lostPlaces, lostRequests], [0, 1]);
    assert.ok(lostTokens > input && lostCost > input * 2, `${lostTokens} ${lostCost}`);
  });

  test('who was given up counting costs nothing: counting is free', async () => {
    await using _ = rig;
    quick.answer = json({ input_tokens: 14 });
    rig.walk = hedged as (call: Call) => Promise<never>;
    const answer = await rig.portico.post('/v1/messages/count_tokens', asked);
    assert.equal(await answer.text(), '{"input_tokens":14}');
    await rig.portico.recorded(1);
    const [record] = rig.portico.records;
    assert.deepEqual([record?.attempts[1]?.failure, record?.costMicros], ['gone', undefined]);
  });

  test('an answer that is given back is cancelled, billed and counted like one given up', async () => {
    await using _ = rig;
    slow.answer = (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(piece);
    };
    quick.answer = events(piece, end);
    const { text, record } = await rig.ask(async (call) => {
      const [one, other] = await Promise.all([call.attempt(first), call.attempt(second)]);
      assert.ok(one.ok && other.ok);
      call.discard(one);
      assert.equal(rig.inFlight(first), 0);
      call.discard(one);
      call.answer(other);
    }, streaming);
    await slow.last.aborted;
    assert.ok(text.endsWith('data: [DONE]\n\n'), text);
    const lost = record?.attempts.find(({ provider }) => provider === 'slow');
    assert.deepEqual([lost?.failure, lost?.status, lost?.reason], ['discarded', 200, 'Another answer was taken.']);
    assert.equal(record?.costMicros, 400 + (lost?.costMicros ?? 0));
    const [requests, , , places] = await used('slow');
    assert.deepEqual([places, requests], [0, 1]);
    assert.deepEqual(await used('quick'), [1, 120, 400, 0]);
  });

  test('what one attempt leaves out of its request is not said of the other’s answer', async () => {
    await using _ = rig;
    const lane = { dialect: 'anthropic-messages', operation: 'chat' } as const;
    const abort = new AbortController();
    const { headers, record } = await rig.ask(
      async (call) => {
        const arrived = slow.next();
        const losing = call.attempt({ ...first, lane }, { signal: abort.signal });
        await arrived;
        call.answer(await call.attempt(second));
        abort.abort();
        await losing;
      },
      { ...asked, logit_bias: { 1: 2 } },
    );
    assert.equal(headers.get('x-portico-dropped'), null);
    assert.deepEqual(record?.dropped, []);
    assert.deepEqual(
      record?.attempts.map(({ failure }) => failure),
      [undefined, 'gone'],
    );
  });

  test('a signal that has aborted already sends nothing, and costs nothing', async () => {
    await using _ = rig;
    const { record } = await rig.ask(async (call) => {
      const outcome = await call.attempt(first, { signal: AbortSignal.abort() });
      assert.ok(!outcome.ok && outcome.kind === 'gone');
      call.answer(await call.attempt(second));
    });
    assert.equal(slow.requests.length, 0);
    assert.deepEqual([record?.attempts[0]?.sent, record?.attempts[0]?.costMicros], [false, undefined]);
    assert.deepEqual(await used('slow'), [0, 0, 0, 0]);
  });

  test('a client that leaves ends both', async () => {
    await using _ = rig;
    quick.answer = () => undefined;
    quick.requests.length = 0;
    const both = Promise.all([slow.next(), quick.next()]);
    const abort = new AbortController();
    rig.walk = async (call) => {
      await Promise.allSettled([call.attempt(first), call.attempt(second)]);
      call.answer(await call.attempt(second));
    };
    const gone = rig.portico.post('/v1/chat/completions', asked, { signal: abort.signal });
    await both;
    abort.abort();
    await assert.rejects(gone);
    await Promise.all([slow.last.aborted, quick.last.aborted]);
    await rig.portico.recorded(1);
    assert.equal(rig.portico.records[0]?.outcome, 'aborted');
    assert.deepEqual([rig.inFlight(first), rig.inFlight(second)], [0, 0]);
    assert.deepEqual([(await used('slow'))[3], (await used('quick'))[3]], [0, 0]);
  });
});
