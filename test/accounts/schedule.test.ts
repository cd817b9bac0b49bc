// When tokens are refreshed by themselves: ahead of their end whatever becomes of the clock, not all at once, never in a hurry
// that helps nobody.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { CredentialSource } from '../../src/config/loaded.ts';
import type { Clock } from '../../src/core/index.ts';
import { directory } from '../config/directory.ts';
import { HandClock } from '../support/clock.ts';
import { type Answer, Upstream } from '../support/upstream.ts';
import { keeperWith, sourceOf, until } from './desk.ts';

/** A hand clock whose time of day can be set apart from the time that passes. */
class SetClock implements Clock {
  readonly hand = new HandClock();
  ahead = 0;
  now = () => this.hand.now() + this.ahead;
  ticks = () => this.hand.ticks();
  after = (ms: number, ring: () => void) => this.hand.after(ms, ring);
}

async function vendorOf(context: TestContext, answer: Answer) {
  const vendor = await Upstream.start(answer);
  context.after(() => vendor[Symbol.asyncDispose]());
  return vendor;
}

/** Without a file: nothing here is about files. */
function source(vendor: Upstream, changes: Partial<CredentialSource>): CredentialSource {
  const server = { tokenUrl: vendor.url, clientId: 'c', clientSecret: 's' };
  return { ...sourceOf(server, '', {}), origin: undefined, ...changes };
}

function tokens(accessToken: string, expiresAt: number | undefined) {
  return { accessToken, refreshToken: 'ref', idToken: undefined, expiresAt };
}

/** New tokens each time. */
function minting(seconds: number): Answer {
  let count = 0;
  return (res) => {
    count += 1;
    res.end(JSON.stringify({ access_token: `acc-${count}`, expires_in: seconds }));
  };
}

const hour = 3_600_000;

async function oneAccount(context: TestContext, answer: Answer, changes: Partial<CredentialSource> = {}) {
  const vendor = await vendorOf(context, answer);
  const clock = new SetClock();
  const kept = keeperWith(context, clock);
  const start = clock.now();
  kept.keeper.take([source(vendor, { tokens: tokens('acc-0', start + hour), ...changes })]);
  const asked = () => vendor.requests.length;
  /** Until so many refreshes are over. */
  const over = (count: number) =>
    until(() => kept.outcomes.length === count && kept.keeper.status()[0]?.refresh.state !== 'running');
  /** Nothing is under way, whatever has not arrived yet. */
  const rests = () => kept.keeper.status()[0]?.refresh.state !== 'running';
  return { vendor, clock, start, asked, over, rests, ...kept };
}

test('what is told of it: due, under way, and when it last went well', async (context) => {
  const { keeper, clock, start, over } = await oneAccount(context, minting(3600));
  const told = () => keeper.status()[0]?.refresh;
  assert.deepEqual(told(), { state: 'due', next: start + hour - 300_000, failures: 0, last: undefined });
  clock.hand.advance(hour - 300_000);
  assert.equal(told()?.state, 'running');
  await over(1);
  const now = start + hour - 300_000;
  assert.deepEqual(told(), { state: 'due', next: now + hour - 300_000, failures: 0, last: now });
});

test('a machine that slept through the end: a request that comes first has it refreshed before it is sent', async (context) => {
  const { keeper, clock, start, asked, token } = await oneAccount(context, minting(3600));
  clock.ahead = 2 * hour;
  assert.equal(asked(), 0, 'timers stood still');
  const [held] = keeper.all();
  assert.equal(held?.credential?.expiresAt, start + hour, 'a data thread sees that its time is over');
  assert.equal(await keeper.refresh('acme', 'ada', 'acc-0'), true);
  assert.deepEqual([asked(), token()], [1, 'acc-1']);
});

test('a machine that slept: within a minute of waking it is refreshed by itself', async (context) => {
  const { clock, asked, over } = await oneAccount(context, minting(3600));
  clock.ahead = hour - 200_000;
  clock.hand.advance(60_000);
  await over(1);
  assert.equal(asked(), 1);
});

test('a clock that is set back: a token is refreshed when its span is over', async (context) => {
  const own = { tokens: tokens('acc-0', new HandClock().now() + hour + 17_000) };
  const { clock, rests, over } = await oneAccount(context, minting(3600), own);
  clock.ahead = -10 * hour;
  clock.hand.advance(hour + 17_000 - 300_001);
  assert.ok(rests());
  clock.hand.advance(1);
  await over(1);
});

test('a lifetime shorter than the lead: at half of it, not over and over', async (context) => {
  const { clock, asked, over, rests, keeper } = await oneAccount(context, minting(60));
  assert.equal(await keeper.refresh('acme', 'ada', 'acc-0'), true);
  for (let round = 2; round <= 4; round += 1) {
    clock.hand.advance(29_999);
    assert.ok(rests());
    clock.hand.advance(1);
    await over(round);
  }
  assert.equal(asked(), 4);
});

test('a lifetime of a second is not asked for more often than that', async (context) => {
  const { clock, over, rests, keeper } = await oneAccount(context, minting(1));
  await keeper.refresh('acme', 'ada', 'acc-0');
  clock.hand.advance(999);
  assert.ok(rests());
  clock.hand.advance(1);
  await over(2);
});

test('a vendor that gives the same token as long as it lasts is asked every half minute, and at its end', async (context) => {
  const ends = 1_700_000_000_000 + 100_000;
  const { clock, over, rests, keeper } = await oneAccount(context, (res) => {
    const left = Math.ceil((ends - clock.now()) / 1000);
    const answer = left > 0 ? { access_token: 'acc-0', expires_in: left } : { access_token: 'acc-1', expires_in: 3600 };
    res.end(JSON.stringify(answer));
  });
  assert.equal(await keeper.refresh('acme', 'ada', 'acc-0'), true);
  for (const [count, ms] of [
    [2, 50_000],
    [3, 30_000],
    [4, 20_000],
  ] as const) {
    clock.hand.advance(ms - 1);
    assert.ok(rests());
    clock.hand.advance(1);
    await over(count);
  }
  assert.equal(keeper.all()[0]?.credential?.token, 'acc-1');
});

test('`refreshAhead: 0`: at the very end', async (context) => {
  const { clock, rests, over } = await oneAccount(context, minting(3600), { refreshAhead: 0 });
  clock.hand.advance(hour - 1);
  assert.ok(rests());
  clock.hand.advance(1);
  await over(1);
});

test('a token that does not say when it ends is refreshed when it is refused, and no sooner', async (context) => {
  const { clock, keeper } = await oneAccount(context, (res) => void res.end('{"access_token":"acc-1"}'));
  assert.equal(await keeper.refresh('acme', 'ada', 'acc-0'), true);
  clock.hand.advance(100 * hour);
  assert.deepEqual(keeper.status()[0]?.refresh.state, 'idle');
});

test('a token that had ended before it was given is no reason to ask for ever', async (context) => {
  const payload = Buffer.from(JSON.stringify({ exp: 1_000_000_000 })).toString('base64url');
  const { clock, rests, keeper } = await oneAccount(
    context,
    (res) => void res.end(JSON.stringify({ access_token: `e30.${payload}.c2ln` })),
  );
  assert.equal(await keeper.refresh('acme', 'ada', 'acc-0'), true);
  clock.hand.advance(hour);
  assert.ok(rests());
});

test('tokens that another process got are as fresh as they look: no turn by turn of who refreshes', async (context) => {
  const file = join(directory(context), 'ada.json');
  const origin = { file, index: undefined, paths: { accessToken: 'a', refreshToken: 'r', expiresAt: 'e' } } as const;
  const { keeper, clock, rests, outcomes } = await oneAccount(context, minting(60), {
    origin: { ...origin, expiry: 'rfc3339' },
  });
  const ends = clock.now() + 60_000;
  writeFileSync(file, JSON.stringify({ a: 'acc-theirs', r: 'ref-theirs', e: new Date(ends).toISOString() }));
  assert.equal(await keeper.refresh('acme', 'ada', 'acc-0'), true);
  assert.deepEqual([outcomes, keeper.status()[0]?.refresh.next], [['found'], clock.now() + 30_000]);
  clock.hand.advance(29_999);
  assert.ok(rests());
});

test('the log has each kind of failure once, and that it works again', async (context) => {
  const { vendor, clock, over, keeper, said } = await oneAccount(context, (res) => void res.writeHead(503).end());
  await keeper.refresh('acme', 'ada', 'acc-0');
  for (const [count, status] of [
    [2, 503],
    [3, 500],
    [4, 503],
  ] as const) {
    vendor.answer = (res) => void res.writeHead(status).end();
    clock.hand.advance((keeper.status()[0]?.refresh.next ?? 0) - clock.now());
    await over(count);
  }
  const warned = said.filter((line) => line.startsWith('warn'));
  assert.deepEqual(
    warned.map((line) => /status (\d+)/.exec(line)?.[1]),
    ['503', '500'],
  );
  assert.deepEqual([keeper.status()[0]?.refresh.failures, keeper.status()[0]?.refresh.state], [4, 'failing']);
  vendor.answer = minting(3600);
  await keeper.refreshNow('acme', 'ada');
  assert.match(said.at(-1) ?? '', /^info acme\/ada: the token is new, until .*Z after 4 failures$/);
});

test('a vendor that never answers is given up after half a minute', async (context) => {
  const { clock, asked, keeper } = await oneAccount(context, () => undefined);
  const waiting = keeper.refresh('acme', 'ada', 'acc-0');
  await until(() => asked() === 1);
  clock.hand.advance(29_999);
  assert.equal(keeper.status()[0]?.refresh.state, 'running');
  clock.hand.advance(1);
  assert.equal(await waiting, false);
  assert.match(keeper.status()[0]?.reason ?? '', /^127\.0\.0\.1:\d+ cannot be reached: no answer within 30000 ms$/);
});

test('what was refused for good is tried again after half an hour all the same', async (context) => {
  const { vendor, clock, start, over, keeper, news } = await oneAccount(
    context,
    (res) => void res.writeHead(401).end('{"error":"invalid_client"}'),
  );
  clock.hand.advance(hour - 300_000);
  await over(1);
  assert.equal(keeper.status()[0]?.broken, false, 'the token lasts');
  clock.hand.advance(300_000);
  assert.equal(keeper.status()[0]?.broken, true);
  vendor.answer = minting(3600);
  clock.hand.advance(1_500_000 - 1);
  assert.equal(keeper.status()[0]?.refresh.next, start + hour + 1_500_000);
  clock.hand.advance(1);
  await over(2);
  assert.deepEqual([keeper.status()[0]?.broken, keeper.status()[0]?.reason, news], [false, undefined, ['ada']]);
});

test('a stop waits for what the vendor was asked, and asks for nothing more', async (context) => {
  let answer = () => undefined as unknown;
  const { vendor, keeper, asked, outcomes } = await oneAccount(context, (res) => {
    answer = () => res.end('{"access_token":"acc-1","expires_in":3600}');
  });
  const done = keeper.refresh('acme', 'ada', 'acc-0');
  await until(() => asked() === 1);
  const other = source(vendor, { account: 'bob', tokens: tokens('acc-b', undefined) });
  keeper.take([other]);
  const stopped = keeper.close();
  assert.equal(await keeper.refresh('acme', 'bob', 'acc-b'), false);
  answer();
  await stopped;
  assert.deepEqual([await done, outcomes, asked()], [true, ['ok'], 1]);
});

test('a thousand that are due at once: sixteen at a time; who is waited for comes next; another provider is not kept waiting', async (context) => {
  const open: (() => void)[] = [];
  let most = 0;
  let under = 0;
  const order: string[] = [];
  const vendor = await vendorOf(context, async (res, seen) => {
    const name = new URLSearchParams(seen.body.toString()).get('refresh_token') ?? '';
    order.push(name);
    under += 1;
    most = Math.max(most, under);
    if (order.length <= 16) await new Promise<void>((go) => open.push(go));
    under -= 1;
    res.end(JSON.stringify({ access_token: `acc-of-${name}`, expires_in: 3600 }));
  });
  const other = await vendorOf(context, minting(3600));
  const { keeper, outcomes } = keeperWith(context, new HandClock());
  const many = Array.from({ length: 1000 }, (_, index) => {
    const set = { ...tokens('', undefined), accessToken: undefined, refreshToken: `r${index}` };
    return source(vendor, { account: `n${index}`, tokens: set });
  });
  keeper.take([
    ...many,
    source(other, { provider: 'other', tokens: { ...tokens('', undefined), accessToken: undefined } }),
  ]);
  for (const { account } of many) void keeper.refresh('acme', account, undefined);
  await until(() => open.length === 16);
  assert.equal(order.length, 16);
  assert.equal(await keeper.refresh('other', 'ada', undefined), true);
  const wanted = keeper.refresh('acme', 'n999', undefined);
  for (const go of open) go();
  assert.equal(await wanted, true);
  assert.ok(order.indexOf('r999') < 40, String(order.indexOf('r999')));
  await until(() => outcomes.length === 1001);
  assert.deepEqual([most, new Set(outcomes)], [16, new Set(['ok'])]);
});
