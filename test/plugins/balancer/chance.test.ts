// Hundreds of requests at once at the mercy of chance: upstreams that fail in all ways, clients that leave, hedges, queues,
// translation, and configurations that change meanwhile. In the end nothing is under way, held or waited for; every client
// has had one whole answer or been told of one failure; and what is booked is what upstreams say they served.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LoadedProvider } from '../../../src/config/loaded.ts';
import { type CallRecord, type LimitSettings, readLimits } from '../../../src/core/index.ts';
import { identityOf, writeIdentity } from '../../../src/ledger/limits/identity.ts';
import { claimsFor } from '../../ledger/limits/claims.ts';
import { account, pluginEntry, secret, TestGateway, timeouts, type Wanted } from '../../support/gateway.ts';
import type { Upstream } from '../../support/upstream.ts';
import { chat, until } from './balanced.ts';
import { type Chance, chanceOf, fickle, inputOf, output, textOf } from './fickle.ts';

const requests = 220;
const atOnce = 14;
const price = { input: 2, output: 10 };
const places: LimitSettings = { concurrency: 3, tokens: '90000k/h', cost: '1000 USD/day' };
const models = ['quick', 'slow', 'spread', 'native/model-a', 'foreign/model-a', 'native/model-b'];

/** Of one generation: the accounts have other names in each second one, and other limits. */
function wantedAt(url: string, generation: number): Wanted {
  const own = (name: string, more: Parameters<typeof account>[2] = {}) =>
    account(name, url, {
      headers: { 'x-account': name },
      limits: readLimits(places),
      queue: { size: 4, wait: 300 },
      ...more,
    });
  const shared: Partial<LoadedProvider> = {
    timeouts: { ...timeouts, firstByte: 400, idle: 400 },
    breaker: { failures: 4, window: 200, open: 20 },
    cooling: { most: 40 },
    models: { any: true, ids: { 'model-a': 'model-a', 'model-b': 'model-b' } },
  };
  const names = generation % 2 === 0 ? ['a', 'b', 'd'] : ['a', 'b', 'c'];
  const native = {
    ...shared,
    name: 'native',
    url,
    accounts: names.map((name) => own(name, name === 'b' ? { limits: [], queue: undefined } : {})),
    limits: readLimits({ concurrency: 14 }),
  };
  const foreign: NonNullable<Wanted['providers']>[number] = {
    ...shared,
    name: 'foreign',
    url,
    accounts: [own('x'), own('y', { queue: undefined })],
    dialects: ['anthropic-messages'],
    manifest: {
      title: 'foreign',
      auth: { kind: 'header', name: 'x-api-key', prefix: '' },
      dialects: { 'anthropic-messages': {} },
    },
  };
  const targets = ['native/model-a', 'foreign/model-a'].map((model) => ({ model, weight: 1, on: undefined }));
  const retries = { same: 1, backoff: 1, maxBackoff: 5, budget: { share: 0.5, least: 5 } };
  const balancer = pluginEntry('balancer', { strategy: 'least-busy', hedge: 20, wait: 60, retries });
  return {
    generation,
    providers: [native, foreign],
    models: [
      { name: 'quick', strategy: 'fallback', hidden: false, targets, hedge: 10 },
      { name: 'slow', strategy: 'fallback', hidden: false, targets, hedge: 0 },
      { name: 'spread', strategy: 'round-robin', hidden: false, targets },
    ],
    keys: [{ limits: readLimits({ concurrency: 1000, tokens: '90000k/h', cost: '1000 USD/day' }) }],
    prices: { models: [{ model: 'model-*', provider: undefined, price }] },
    plugins: [
      pluginEntry('auth', { query: true }),
      pluginEntry('rate-limit', { mode: 'enforce', rules: [], users: {}, headers: false, reserveOutput: 500 }),
      pluginEntry('translator'),
      balancer,
    ],
  };
}

/** What one client got. */
type End = 'left' | 'whole' | 'told' | 'cut';

async function ask(portico: TestGateway, pick: Chance, number: number): Promise<End> {
  const stream = pick(2) === 0;
  const model = models[pick(models.length)];
  const leaving = new AbortController();
  const ms = pick(40);
  const timer = pick(7) === 0 ? setTimeout(() => leaving.abort(), ms) : undefined;
  const body = { model, stream, messages: [{ role: 'user', content: String(number) }] };
  const headers = { 'user-agent': `client-${number}`, authorization: `Bearer ${secret}` };
  try {
    const answer = await portico.post(chat, body, { headers, signal: leaving.signal });
    const text = await answer.text();
    if (answer.status >= 400) {
      assert.ok(JSON.parse(text).error.message, text);
      return 'told';
    }
    return stream ? endOfStream(text, number) : endOfAnswer(text, number);
  } catch (error) {
    if (leaving.signal.aborted) return 'left';
    if (error instanceof TypeError) return 'cut';
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function endOfAnswer(text: string, number: number): End {
  assert.equal(JSON.parse(text).choices[0].message.content, textOf(number));
  return 'whole';
}

function endOfStream(text: string, number: number): End {
  const events = text.split('\n\n').flatMap((event) => (event.startsWith('data: {') ? [eventOf(event)] : []));
  const said = events.map(({ choices = [] }) => choices[0]?.delta?.content ?? '').join('');
  const failed = events.filter(({ error }) => error !== undefined);
  if (failed.length === 0) {
    assert.ok(
      events.every(({ half }) => half === undefined),
      text,
    );
    assert.equal(said, textOf(number));
    assert.ok(text.endsWith('data: [DONE]\n\n'), text);
    return 'whole';
  }
  assert.equal(failed.length, 1);
  assert.equal(events.at(-1), failed[0]);
  assert.ok(textOf(number).startsWith(said), said);
  return 'told';
}

/** Of one that broke off in the middle there is no more than that. */
function eventOf(event: string) {
  try {
    return JSON.parse(event.slice('data: '.length));
  } catch {
    return { half: true };
  }
}

for (const seed of [1]) {
  describe(`chance ${seed}`, () => {
    const pick = chanceOf(seed);
    const ends: End[] = [];
    const arrivals = new Map<number, number>();
    let upstream: Upstream;
    let portico: TestGateway;
    const recordOf = (number: number) =>
      portico.records.find(({ userAgent }) => userAgent === `client-${number}`) as CallRecord;

    before(async () => {
      upstream = await fickle(pick, (number) => arrivals.set(number, (arrivals.get(number) ?? 0) + 1));
      portico = await TestGateway.start(wantedAt(upstream.url, 1));
      let next = 0;
      const client = async () => {
        while (next < requests) {
          const number = next;
          next += 1;
          if (number % 80 === 79) await portico.load(wantedAt(upstream.url, 1 + (number + 1) / 80));
          ends[number] = await ask(portico, pick, number);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, client));
      // A client may leave before its request has come to be a call.
      const left = ends.filter((end) => end === 'left').length;
      await until(() => portico.records.length >= requests - left && portico.ledger.inFlight() === 0);
    });
    after(async () => {
      await portico[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    });

    test('every client got one whole answer, or was told of one failure', () => {
      const counts = Map.groupBy(ends, (end) => end);
      for (const [number, end] of ends.entries()) {
        const record = recordOf(number);
        if (end === 'left') continue;
        assert.equal(record.outcome, end === 'whole' ? 'ok' : 'error', `${number}: ${end}`);
      }
      assert.equal(ends.length, requests);
      assert.ok(
        (counts.get('whole')?.length ?? 0) > requests / 3,
        JSON.stringify([...counts].map(([e, l]) => [e, l.length])),
      );
      assert.equal(new Set(portico.records.map(({ userAgent }) => userAgent)).size, portico.records.length);
    });

    test('nothing is under way, held, waited for or retried any more', async () => {
      const { ledger } = portico;
      const settled = new Map(ledger.checkpoint().map(({ id, used }) => [id, used]));
      for (const [provider, names] of Object.entries({ native: 'abcd', foreign: 'xy' })) {
        for (const name of names) {
          const target = { provider, account: name, model: 'model-a', credential: '', priority: 0, weight: 1 };
          assert.equal(ledger.health.of([target]).inFlight(0), 0, name);
          await assertSettled(`account:${provider}/${name}`, places);
          await assertSettled(`queue:${provider}/${name}`, { concurrency: 4 });
        }
      }
      await assertSettled('provider:native', { concurrency: 14 });
      await assertSettled('key:test', { concurrency: 1000, tokens: '90000k/h', cost: '1000 USD/day' });
      assert.notEqual(ledger.begin(0, 1), undefined);

      async function assertSettled(subject: string, limits: LimitSettings): Promise<void> {
        const claims = claimsFor(subject, limits);
        const readings = await ledger.read(claims);
        for (const [index, { limit }] of claims.entries()) {
          const known = settled.get(writeIdentity(identityOf(subject, limit, undefined))) ?? 0;
          const expected = limit.kind === 'concurrency' ? 0 : known;
          assert.equal(readings[index]?.used, expected, `${subject} ${limit.kind}`);
        }
      }
    });

    test('what is booked is what was served, and for those who were given up what they read', () => {
      let lost = 0;
      for (const [number] of ends.entries()) {
        const record = recordOf(number);
        if (record === undefined) continue;
        const { attempts, outcome, costMicros, usage } = record;
        const asked = attempts.filter(({ sent }) => sent).length;
        assert.ok((arrivals.get(number) ?? 0) <= asked, `${number} was asked more often than the record says`);
        assert.ok(attempts.filter(({ failure }) => failure === undefined).length <= 1, `${number} has two answers`);
        const losers = attempts.filter((attempt) => attempt.costMicros !== undefined);
        for (const { failure, inputTokens } of losers) {
          assert.match(failure ?? '', /^(gone|discarded)/);
          assert.ok((inputTokens ?? 0) > 0);
        }
        lost += losers.length;
        const sum = losers.reduce((all, attempt) => all + (attempt.costMicros ?? 0), 0);
        if (outcome === 'ok') {
          assert.deepEqual([usage?.input, usage?.output], [inputOf(number), output]);
          assert.equal(costMicros, inputOf(number) * price.input + output * price.output + sum);
        } else if (usage === undefined) assert.equal(costMicros ?? 0, sum);
        else assert.equal(costMicros, usage.input * price.input + usage.output * price.output + sum);
      }
      assert.ok(lost > 0, `${lost} were given up`);
    });
  });
}
