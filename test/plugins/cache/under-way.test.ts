// Requests that are the same and come at the same time, where `coalesce` lets them wait for each other.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import type { Upstream } from '../../support/upstream.ts';
import { cached, chat, completion, path, streamOf } from './cached.ts';

const settings = { coalesce: '1s' };

/** Answers wait until the test gives them. */
function held() {
  const waiting: ServerResponse[] = [];
  return { waiting, answer: (res: ServerResponse) => void waiting.push(res) };
}

function give(res: ServerResponse | undefined, content: string, status = 200): void {
  res?.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(completion(content)));
}

/** How many wait for the time to be over: they stand in line. */
async function inLine(clock: HandClock, before: number, count: number): Promise<void> {
  while (clock.waiting < before + count) await new Promise((resolve) => setImmediate(resolve));
}

async function asked(upstream: Upstream, count: number): Promise<void> {
  while (upstream.requests.length < count) await new Promise((resolve) => setImmediate(resolve));
}

describe('the same request twice at once', { timeout: 60_000 }, () => {
  test('is sent once, and answered for all, whole or streamed', async () => {
    for (const stream of [false, true]) {
      const clock = new HandClock();
      const { waiting, answer } = held();
      await using rig = await cached(settings, { answer, clock });
      const first = rig.portico.post(path, { ...chat, stream });
      await asked(rig.upstream, 1);
      const before = clock.waiting;
      const others = [1, 2, 3].map(() => rig.portico.post(path, { ...chat, stream }));
      await inLine(clock, before, 3);
      if (stream) waiting[0]?.writeHead(200, { 'content-type': 'text/event-stream' }).end(streamOf('abc').join(''));
      else give(waiting[0], 'abc');
      const texts = await Promise.all([first, ...others].map(async (answered) => (await answered).text()));
      assert.equal(new Set(texts).size, 1);
      assert.match(texts[0] ?? '', /c/);
      assert.equal(rig.upstream.requests.length, 1);
      assert.equal((await others[0])?.headers.get('x-portico-cache'), 'hit');
    }
  });

  test('is sent by the next where the first failed, and by nobody who has left', async () => {
    const clock = new HandClock();
    const { waiting, answer } = held();
    await using rig = await cached(settings, { answer, clock });
    const first = rig.portico.post(path, chat);
    await asked(rig.upstream, 1);
    const before = clock.waiting;
    const leaving = new AbortController();
    const gone = rig.portico.post(path, chat, { signal: leaving.signal }).catch(() => 'left');
    await inLine(clock, before, 1);
    const others = [1, 2].map(() => rig.portico.post(path, chat));
    await inLine(clock, before, 3);
    leaving.abort();
    assert.equal(await gone, 'left');
    while (clock.waiting > before + 2) await new Promise((resolve) => setImmediate(resolve));
    give(waiting[0], 'no', 400);
    assert.equal((await first).status, 400);
    await asked(rig.upstream, 2);
    give(waiting[1], 'yes');
    assert.deepEqual(await Promise.all(others.map(async (answered) => (await answered).status)), [200, 200]);
    assert.equal(rig.upstream.requests.length, 2);
  });

  test('is sent after all when the wait has been long enough', async () => {
    const clock = new HandClock();
    const { waiting, answer } = held();
    await using rig = await cached(settings, { answer, clock });
    const first = rig.portico.post(path, chat);
    await asked(rig.upstream, 1);
    const before = clock.waiting;
    const second = rig.portico.post(path, chat);
    await inLine(clock, before, 1);
    clock.advance(1000);
    await asked(rig.upstream, 2);
    for (const [at, content] of ['one', 'two'].entries()) give(waiting[at], content);
    assert.match(await (await first).text(), /one/);
    assert.match(await (await second).text(), /two/);
  });

  test('is sent twice by two keys, by who wants it anew, and where nobody is to wait', async () => {
    const { waiting, answer } = held();
    await using rig = await cached(settings, { answer });
    const first = rig.portico.post(path, chat);
    await asked(rig.upstream, 1);
    const anew = rig.portico.post(path, chat, { headers: { 'cache-control': 'no-cache' } });
    await asked(rig.upstream, 2);
    for (const res of waiting) give(res, 'x');
    await Promise.all([first, anew]);
    await using usual = await cached({}, { answer });
    const both = [usual.portico.post(path, chat), usual.portico.post(path, chat)];
    await asked(usual.upstream, 2);
    for (const res of waiting.slice(2)) give(res, 'x');
    await Promise.all(both);
  });
});
