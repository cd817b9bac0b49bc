// What happens to credential files, clocks and the configuration while tokens are kept, and that all comes right by itself.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { directory } from '../config/directory.ts';
import { HandClock } from '../support/clock.ts';
import { Upstream } from '../support/upstream.ts';
import { keeperWith, sourceOf, until } from './desk.ts';

const server = { clientId: 'c', clientSecret: 's' };

/** An account whose file says an expiry, at a vendor whose answers are counted. */
async function place(context: TestContext, answer: (count: number) => object, clock = new HandClock()) {
  const file = join(directory(context), 'ada.json');
  let count = 0;
  const vendor = await Upstream.start((res) => {
    count += 1;
    const { status = 200, ...body } = answer(count) as { status?: number };
    res.writeHead(status).end(JSON.stringify(body));
  });
  context.after(() => vendor[Symbol.asyncDispose]());
  const put = (tokens: object) => writeFileSync(file, JSON.stringify(tokens), { mode: 0o600 });
  const source = (tokens = {}, more = {}) => ({
    ...sourceOf({ ...server, tokenUrl: vendor.url }, file, { accessToken: 'acc-0', refreshToken: 'ref-0', ...tokens }),
    ...more,
  });
  put({ access_token: 'acc-0', refresh_token: 'ref-0', expired: new Date(clock.now() - 1000).toISOString() });
  return { file, put, vendor, source, clock, read: () => JSON.parse(readFileSync(file, 'utf8')), count: () => count };
}

const fresh = (count: number) => ({ access_token: `acc-${count}`, refresh_token: `ref-${count}`, expires_in: 3600 });

test('a token whose end the vendor does not say: the end of the old one does not stay beside it', async (context) => {
  const { source, read, clock, count } = await place(context, (count) => ({ ...fresh(count), expires_in: undefined }));
  const { keeper } = keeperWith(context, clock);
  keeper.take([source({ expiresAt: clock.now() - 1000 })]);
  assert.ok(await keeper.refresh('acme', 'ada', undefined));
  assert.deepEqual([count(), read()], [1, { access_token: 'acc-1', refresh_token: 'ref-1' }]);
});

test('a client secret that is put right is tried at once', async (context) => {
  const { source, clock, count } = await place(context, (count) =>
    count === 1 ? { status: 401, error: 'invalid_client' } : fresh(count),
  );
  const { keeper, token } = keeperWith(context, clock);
  keeper.take([source({ expiresAt: clock.now() - 1000 })]);
  await keeper.refresh('acme', 'ada', undefined);
  assert.equal(keeper.status()[0]?.broken, true);
  keeper.take([source({ expiresAt: clock.now() - 1000 }, { clientSecret: 'right' })]);
  clock.advance(1000);
  await until(() => token() === 'acc-2');
  assert.deepEqual([keeper.status()[0]?.broken, count()], [false, 2]);
});

test('a clock that is set back after a failure holds up no refresh', async (context) => {
  class Clock extends HandClock {
    set = 0;
    override now() {
      return super.now() + this.set;
    }
    override ticks() {
      return super.now();
    }
  }
  const clock = new Clock();
  const { source } = await place(context, (count) => (count === 1 ? { status: 503 } : fresh(count)), clock);
  const { keeper, token } = keeperWith(context, clock);
  keeper.take([source()]);
  assert.equal(await keeper.refresh('acme', 'ada', 'acc-0'), false);
  clock.set = -3_600_000;
  clock.advance(10_000);
  await until(() => token() === 'acc-1' || token() === 'acc-2');
});

test('a file that is away for a moment gets its tokens when it is back', async (context) => {
  const { source, file, read, clock, vendor } = await place(context, fresh);
  const { keeper } = keeperWith(context, clock);
  keeper.take([source()]);
  vendor.answer = (res) => {
    renameSync(file, `${file}~`);
    res.end(JSON.stringify(fresh(1)));
  };
  assert.ok(await keeper.refresh('acme', 'ada', 'acc-0'));
  renameSync(`${file}~`, file);
  keeper.take([source()]);
  clock.advance(60_000);
  await until(() => read().refresh_token === 'ref-1');
});

test('an old copy that takes the place of a file is brought up to date', async (context) => {
  const { source, put, read, clock } = await place(context, fresh);
  const { keeper } = keeperWith(context, clock);
  keeper.take([source()]);
  assert.ok(await keeper.refresh('acme', 'ada', 'acc-0'));
  assert.equal(read().refresh_token, 'ref-1');
  put({ access_token: 'acc-0', refresh_token: 'ref-0', note: 'by hand' });
  keeper.take([source()]);
  clock.advance(60_000);
  await until(() => read().refresh_token === 'ref-1');
  assert.equal(read().note, 'by hand');
});

test('a stop is the last chance of tokens that could not be written', async (context) => {
  const { source, read, file, vendor, clock } = await place(context, fresh);
  const { keeper, said } = keeperWith(context, clock);
  vendor.answer = (res) => {
    renameSync(file, `${file}~`);
    mkdirSync(file);
    res.end(JSON.stringify(fresh(1)));
  };
  keeper.take([source()]);
  assert.ok(await keeper.refresh('acme', 'ada', 'acc-0'));
  assert.equal(keeper.status()[0]?.kept, 'memory');
  rmdirSync(file);
  renameSync(`${file}~`, file);
  await keeper.close();
  assert.equal(read().refresh_token, 'ref-1');
  assert.equal(said.at(-1), 'info acme/ada: its tokens stand in their file now');
});

for (const rotates of [true, false]) {
  const what = rotates ? 'is told of' : 'with the refresh token of before is none';
  test(`a login that is lost with a stop ${what}`, async (context) => {
    const { source, file, vendor, clock } = await place(context, fresh);
    const { keeper, said } = keeperWith(context, clock);
    vendor.answer = (res) => {
      rmSync(file);
      mkdirSync(file);
      res.end(JSON.stringify({ ...fresh(1), refresh_token: rotates ? 'ref-1' : undefined }));
    };
    keeper.take([source()]);
    assert.ok(await keeper.refresh('acme', 'ada', 'acc-0'));
    await keeper.close();
    assert.equal(/^warn acme\/ada: .* are lost: sign in again$/.test(said.at(-1) ?? ''), rotates);
  });
}

test('who asks to wait a second again and again is asked ever more seldom; a date is a time to wait too', async (context) => {
  const { source, clock, vendor } = await place(context, fresh);
  const { keeper } = keeperWith(context, clock);
  keeper.take([source()]);
  const waits: number[] = [];
  for (const after of ['1', '1', '1', '1', 'Tue, 14 Nov 2023 22:23:20 GMT']) {
    vendor.answer = (res) => {
      res.writeHead(429, { 'retry-after': after, date: 'Tue, 14 Nov 2023 22:13:20 GMT' }).end('{}');
    };
    await keeper.refreshNow('acme', 'ada');
    waits.push((keeper.status()[0]?.refresh.next ?? 0) - clock.now());
  }
  assert.deepEqual(waits, [1000, 1600, 3200, 6400, 600_000]);
});

test('a stop with a queue of refreshes gives up those that wait without a word for each', async (context) => {
  const { source, vendor, clock } = await place(context, fresh);
  const { keeper, said } = keeperWith(context, clock);
  const answers: (() => void)[] = [];
  vendor.answer = (res) => void answers.push(() => res.end(JSON.stringify(fresh(1))));
  const names = Array.from({ length: 40 }, (_, index) => `a${index}`);
  keeper.take(names.map((account) => source({ accessToken: undefined }, { account, origin: undefined })));
  clock.advance(1);
  await until(() => answers.length === 16);
  const stopped = keeper.close();
  for (const answer of answers) answer();
  await stopped;
  assert.deepEqual([vendor.requests.length, said.filter((line) => line.startsWith('warn'))], [16, []]);
});
