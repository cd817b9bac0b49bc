// What is explained is what happens: for each situation the explanation is asked for first, then the request is made.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Limit } from '../../../src/core/index.ts';
import { HandClock } from '../../support/clock.ts';
import { account, pluginEntry, TestGateway, type Wanted } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';
import { explained } from './asking.ts';

const chat = { model: 'model-a', messages: [{ role: 'user', content: 'hi' }] };
const once: Limit = {
  kind: 'requests',
  amount: 1,
  window: { shape: 'fixed', unit: 'minute', count: 1 },
  burst: undefined,
};

const limited = [
  pluginEntry('auth', { query: true }),
  pluginEntry('rate-limit', { mode: 'enforce', rules: [], users: {}, headers: true, reserveOutput: 10 }),
  pluginEntry('balancer'),
];
const ofKey = (limit: Limit) => () => ({ plugins: limited, keys: [{ limits: [limit] }] });
const rate: Limit = {
  kind: 'requests',
  amount: 10,
  window: { shape: 'rate', unit: 'minute', count: 1 },
  burst: 3,
};
const tokens: Limit = { ...once, kind: 'tokens', amount: 5 };
const daily: Limit = { ...once, window: { shape: 'fixed', unit: 'day', count: 1 } };

interface Situation {
  readonly wanted?: (url: string) => Partial<Wanted>;
  readonly accounts?: (url: string) => ReturnType<typeof account>[];
  readonly cool?: readonly string[];
  readonly used?: readonly string[];
  /** Of the key. */
  readonly usedUp?: Limit;
}

const pair =
  (limits: readonly Limit[] = []) =>
  (url: string) => [account('a', url, { priority: 1, limits }), account('b', url, { limits })];

const situations: Readonly<Record<string, Situation>> = {
  'nothing stands against it': {},
  'the first cools': { cool: ['a'] },
  'all cool': { cool: ['a', 'b'] },
  'the first is at its limit': { accounts: pair([once]), used: ['a'] },
  'all are at their limits': { accounts: pair([once]), used: ['a', 'b'] },
  'one cools, one is at its limit': { accounts: pair([once]), cool: ['a'], used: ['b'] },
  'the first is switched off': {
    accounts: (url) => [
      account('a', url, { priority: 1, disabled: 'switched off in the configuration' }),
      account('b', url),
    ],
  },
  'all are switched off': {
    accounts: (url) => [account('a', url, { disabled: 'switched off in the configuration' })],
  },
  'no account serves the model': { accounts: (url) => [account('a', url, { exclude: ['model-a'] })] },
  'the key may not use the model': { wanted: () => ({ keys: [{ models: ['other'] }] }) },
  'the key is bound to the second': { wanted: () => ({ keys: [{ accounts: ['up/b'] }] }) },
  'the key is bound to one that cools': { wanted: () => ({ keys: [{ accounts: ['up/a'] }] }), cool: ['a'] },
  'the key has used up a window': { wanted: ofKey(once), usedUp: once },
  'the key has used up a rate': { wanted: ofKey(rate), usedUp: rate },
  'the key has used up a day': { wanted: ofKey(daily), usedUp: daily },
  'the request is more than the key may ever have': { wanted: ofKey(tokens) },
  'the key is within its rate': { wanted: ofKey(rate) },
  'the key is switched off': { wanted: () => ({ keys: [{ enabled: false }] }) },
};

const clock = new HandClock();
let upstream: Upstream;
let gateway: TestGateway;
let generation = 1;
before(async () => {
  upstream = await Upstream.start((res) => {
    res.setHeader('content-type', 'application/json');
    res.end('{"choices":[{"message":{"content":"hi"}}]}');
  });
  gateway = await TestGateway.start({}, clock);
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

for (const [name, situation] of Object.entries(situations)) {
  test(name, () => agrees(situation));
}

async function agrees({ wanted, accounts = pair(), cool = [], used = [], usedUp }: Situation): Promise<void> {
  // One gateway for all: with new credentials accounts begin anew, and two days later so do limits.
  clock.advance(2 * 86_400_000);
  generation += 1;
  const fingerprint = String(generation);
  const own = accounts(upstream.url).map((each) => ({ ...each, fingerprint }));
  const providers = [{ name: 'up', url: upstream.url, accounts: own }];
  await gateway.load({ providers, ...wanted?.(upstream.url), generation });
  const [asked, recorded] = [upstream.requests.length, gateway.records.length];
  for (const one of cool) {
    const watch = gateway.ledger.health.begin({
      provider: 'up',
      account: one,
      model: 'model-a',
      priority: 0,
      weight: 1,
      credential: fingerprint,
    });
    watch.cool({ cause: 'rate-limit', scope: 'model', status: 429, hintMs: 42_000, firstMs: 1000, mostMs: 60_000 });
    watch.end();
  }
  for (const one of used) await gateway.ledger.reserve([{ subject: `account:up/${one}`, limit: once, amount: 1 }]);
  const amount = usedUp?.burst ?? 1;
  if (usedUp !== undefined) await gateway.ledger.reserve([{ subject: 'key:test', limit: usedUp, amount }]);
  const { verdict, upstream: shown } = await explained(gateway, chat);
  assert.equal(upstream.requests.length, asked);
  const answer = await gateway.post('/v1/chat/completions', chat);
  const text = await answer.text();
  await gateway.recorded(recorded + 1);
  if (verdict.outcome === 'sent') {
    assert.equal(answer.status, 200, text);
    assert.equal(gateway.records[recorded]?.attempts.at(-1)?.account, verdict.account);
    assert.deepEqual(JSON.parse(upstream.last.body.toString()), shown?.body);
    assert.equal(new URL(shown?.url ?? '').pathname, upstream.last.path);
    const { host: _, connection: __, authorization: ___, traceparent: ____, ...real } = upstream.last.headers;
    const { authorization, traceparent: _____, ...told } = shown?.headers ?? {};
    assert.equal(authorization, 'Bearer ***');
    for (const [header, value] of Object.entries(told)) assert.equal(real[header], value, header);
    return;
  }
  assert.ok(verdict.outcome === 'refused');
  assert.equal(verdict.status, answer.status, text);
  const soonest =
    verdict.retryAfterMs === undefined ? null : String(Math.max(1, Math.ceil(verdict.retryAfterMs / 1000)));
  assert.equal(soonest, answer.headers.get('retry-after'), text);
}
