// Responses kept by the control thread: found before they are written, written within a second, bounded, and gone in time.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { KeptResponse } from '../../src/gateway/responses/kept.ts';
import { answerWish } from '../../src/process/store/answer-wish.ts';
import { ResponseKeeper, type ResponseKeeperOptions } from '../../src/process/store/responses.ts';
import { AskedResponses } from '../../src/process/threads/asked-responses.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { HandClock } from '../support/clock.ts';

let directory: string;
let clock: HandClock;
let store: Store;
let maxBytes: number;
let states: (string | undefined)[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-responses-'));
  clock = new HandClock();
  store = await openStore({ kind: 'sqlite', path: join(directory, 'portico.db') });
  maxBytes = 100_000;
  states = [];
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

function keeper(rows: ResponseKeeperOptions['rows'] = store.responses): ResponseKeeper {
  return new ResponseKeeper({
    clock,
    rows,
    maxBytes: () => maxBytes,
    onState: (error) => void states.push(error?.message),
  });
}

function kept(id: string, more: Partial<KeptResponse> = {}): KeptResponse {
  const expiresAt = clock.now() + 3_600_000;
  return {
    id,
    owner: 'me',
    previous: undefined,
    createdAt: clock.now(),
    expiresAt,
    input: '[]',
    response: '{}',
    ...more,
  };
}

test('a response is found at once, and in the store after a close', async () => {
  const responses = keeper();
  responses.keep(kept('a', { input: '["x"]' }));
  assert.equal((await responses.find('me', 'a'))?.input, '["x"]');
  assert.equal(await store.responses.find('me', 'a'), undefined);
  await responses.close();
  assert.equal((await store.responses.find('me', 'a'))?.input, '["x"]');
  assert.deepEqual(await keeper().find('me', 'a'), kept('a', { input: '["x"]' }));
});

test('another owner finds nothing, and the same id of two owners is two responses', async () => {
  const responses = keeper();
  responses.keep(kept('a', { input: '["mine"]' }));
  responses.keep(kept('a', { owner: 'you', input: '["yours"]' }));
  await responses.close();
  const later = keeper();
  assert.equal((await later.find('you', 'a'))?.input, '["yours"]');
  assert.equal((await later.find('me', 'a'))?.input, '["mine"]');
  assert.equal(await later.find('', 'a'), undefined);
});

test('a chain is given oldest first, and all of it is kept as long as its last', async () => {
  const first = keeper();
  first.keep(kept('a', { expiresAt: clock.now() + 100_000 }));
  await first.close();
  const responses = keeper();
  responses.keep(kept('b', { previous: 'a', expiresAt: clock.now() + 100_000 }));
  const chain = await responses.chain('me', 'b', clock.now() + 500_000);
  assert.deepEqual(
    chain?.map(({ id }) => id),
    ['a', 'b'],
  );
  clock.advance(200_000);
  assert.ok(await responses.find('me', 'a'));
  assert.ok(await responses.find('me', 'b'));
  clock.advance(400_000);
  assert.equal(await responses.find('me', 'a'), undefined);
});

test('a chain with a gap is none', async () => {
  const responses = keeper();
  responses.keep(kept('a'));
  responses.keep(kept('b', { previous: 'a' }));
  assert.equal(await responses.forget('me', 'a'), true);
  assert.equal(await responses.forget('me', 'a'), false);
  assert.equal(await responses.chain('me', 'b', undefined), undefined);
});

test('a chain of more bytes than can be had at once is refused, not read', async () => {
  maxBytes = 1e9;
  const responses = keeper();
  const text = JSON.stringify('x'.repeat(30_000_000));
  for (const [at, id] of ['a', 'b', 'c'].entries()) {
    responses.keep(kept(id, { input: text, previous: ['a', 'b', 'c'][at - 1] }));
  }
  assert.equal((await responses.chain('me', 'b', undefined))?.length, 2);
  await assert.rejects(responses.chain('me', 'c', undefined), { code: 'body-too-large' });
  const asked: AskedResponses = new AskedResponses((message) => {
    if (message.type !== 'ask-response') return;
    void answerWish(responses, message.wish).then((found) => asked.answered(message.ask, found));
  }, clock);
  await assert.rejects(asked.chain('me', 'c', undefined), { code: 'body-too-large', status: 413 });
});

test('beyond the bound the oldest go, in memory and in the store; what is over goes too', async () => {
  maxBytes = 50;
  const responses = keeper();
  const input = `["${'x'.repeat(16)}"]`;
  for (const id of ['a', 'b', 'c']) {
    responses.keep(kept(id, { input }));
    clock.advance(1);
  }
  assert.equal(await responses.find('me', 'a'), undefined);
  await responses.close();
  assert.equal(await store.responses.bytes(), 50);
  const next = keeper();
  next.keep(kept('d', { input }));
  await next.close();
  assert.equal(await store.responses.find('me', 'b'), undefined);
  assert.ok(await store.responses.find('me', 'c'));
  clock.advance(3_600_000);
  await keeper().close();
  assert.equal(await store.responses.bytes(), 0);
});

test('what cannot be written waits, is found meanwhile, and is told of once', async () => {
  const { responses: rows } = store;
  let broken = true;
  const failing: ResponseKeeperOptions['rows'] = {
    find: (owner, id) => rows.find(owner, id),
    write: (all) => (broken ? Promise.reject(new Error('no room')) : rows.write(all)),
    extend: (owner, ids, until) => rows.extend(owner, ids, until),
    forget: (owner, id) => rows.forget(owner, id),
    bytes: () => rows.bytes(),
    prune: (now, most) => rows.prune(now, most),
  };
  const responses = keeper(failing);
  responses.keep(kept('a'));
  for (let tries = 0; tries < 2; tries += 1) {
    clock.advance(250);
    await responses.settled();
  }
  assert.ok(await responses.find('me', 'a'));
  broken = false;
  clock.advance(250);
  await responses.close();
  assert.ok(await rows.find('me', 'a'));
  assert.deepEqual(states, ['failed: no room', undefined]);
});

test('a thread that asks before another’s message is read finds it all the same', async () => {
  const responses = keeper();
  const asked = responses.find('me', 'a');
  setImmediate(() => responses.keep(kept('a')));
  assert.ok(await asked);
});

test('a data thread’s questions find their answers; one that is never answered ends', async () => {
  const responses = keeper();
  const asking: AskedResponses = new AskedResponses((message) => {
    if (message.type === 'keep-response') return responses.keep(message.response);
    if (message.type !== 'ask-response' || message.wish.id === 'lost') return;
    void answerWish(responses, message.wish).then((found) => asking.answered(message.ask, found));
  }, clock);
  asking.keep(kept('a'));
  assert.equal((await asking.find('me', 'a'))?.id, 'a');
  assert.equal((await asking.chain('me', 'a', undefined))?.length, 1);
  assert.equal(await asking.find('me', 'b'), undefined);
  assert.equal(await asking.forget('me', 'a'), true);
  const lost = asking.find('me', 'lost');
  clock.advance(5_000);
  await assert.rejects(lost, { code: 'not-ready' });
  assert.deepEqual(await answerWish(undefined, { what: 'find', owner: 'me', id: 'a' }), { failed: true });
});
