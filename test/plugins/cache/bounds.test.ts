// What is kept stays within its bounds, and a stream that flows again goes at its client's pace.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { Recording } from '../../../plugins/cache/recording.ts';
import { Replay } from '../../../plugins/cache/replay.ts';
import type { Sink, Source } from '../../../src/core/index.ts';
import { errorsOf } from '../../support/chain.ts';
import { json } from '../../support/upstream.ts';
import { cached, chat, completion, path, streamOf } from './cached.ts';

const saying = (content: string) => ({ ...chat, messages: [{ role: 'user', content }] });

describe('bounds', () => {
  test('of the number: the answer not used for longest goes', async () => {
    await using rig = await cached({ maxEntries: 2 });
    for (const content of ['a', 'b', 'a', 'c']) await rig.ask(saying(content));
    assert.equal((await rig.ask(saying('a'))).result, 'hit');
    assert.equal((await rig.ask(saying('b'))).result, 'miss');
  });

  test('of the memory', async () => {
    await using rig = await cached({ maxBytes: '5000B' }, { answer: json(completion('x'.repeat(2000))) });
    await rig.ask(saying('a'));
    assert.equal((await rig.ask(saying('a'))).result, 'hit');
    await rig.ask(saying('b'));
    assert.equal((await rig.ask(saying('a'))).result, 'miss');
  });

  test('of one answer, whole or streamed: it passes all the same', async () => {
    await using rig = await cached({ maxAnswer: 2000 });
    for (const stream of [true, false]) {
      const body = { ...chat, stream };
      const text = 'y'.repeat(3000);
      rig.upstream.answer = (res) => {
        res.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
        res.end(stream ? streamOf(text).join('') : JSON.stringify(completion(text)));
      };
      const first = await rig.ask(body);
      assert.match(first.text, /y/);
      assert.equal((await rig.ask(body)).result, 'miss');
    }
  });

  test('of one request', async () => {
    await using rig = await cached({ maxRequest: 200 });
    assert.equal((await rig.ask(saying('z'.repeat(200)))).result, 'bypass');
    assert.equal((await rig.ask(saying('z'))).result, 'miss');
  });

  test('of operations', async () => {
    await using rig = await cached({ operations: ['embeddings'] });
    assert.equal((await rig.ask(chat)).result, null);
    assert.equal((await rig.ask({ model: 'model-a', input: 'x' }, {}, '/v1/embeddings')).result, 'miss');
  });
});

/** Takes so many pieces before it asks for a pause. */
class Slow implements Sink {
  readonly pieces: Buffer[] = [];
  ended = 0;
  error: Error | undefined;
  room: number;

  constructor(room: number) {
    this.room = room;
  }

  data(piece: Buffer): boolean {
    this.pieces.push(piece);
    this.room -= 1;
    return this.room > 0;
  }

  end(): void {
    this.ended += 1;
  }

  fail(error: Error): void {
    this.error = error;
  }
}

describe('a kept stream', () => {
  const body = Buffer.alloc(100_000, 'abc');

  test('waits while its client does, and ends once', () => {
    const sink = new Slow(2);
    const replay = new Replay(body, new AbortController().signal);
    replay.resume();
    assert.equal(sink.pieces.length, 0);
    replay.flow(sink);
    assert.deepEqual([sink.pieces.length, sink.ended], [2, 0]);
    sink.room = 1;
    replay.resume();
    assert.equal(sink.pieces.length, 3);
    sink.room = 1000;
    replay.resume();
    replay.resume();
    assert.deepEqual([sink.ended, sink.error], [1, undefined]);
    assert.ok(Buffer.concat(sink.pieces).equals(body));
    replay.abort(new Error('late'));
    assert.equal(sink.error, undefined);
  });

  test('stops when the call is given up, before and while it flows', () => {
    const gone = new AbortController();
    const sink = new Slow(1);
    const replay = new Replay(body, gone.signal);
    replay.flow(sink);
    gone.abort(new Error('left'));
    replay.resume();
    assert.deepEqual([sink.pieces.length, sink.ended, sink.error?.message], [1, 0, 'left']);
    const late = new Slow(1);
    new Replay(body, gone.signal).flow(late);
    assert.deepEqual([late.pieces.length, late.error?.message], [0, 'left']);
  });

  test('lets go of a client that stops reading and leaves', async () => {
    const filler = 'data: {"choices":[{"index":0,"delta":{"content":"ppppppppp"}}]}\n\n'.repeat(300_000);
    const events = `${filler}${streamOf('w').join('')}`;
    const answer = (res: ServerResponse) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.end(events);
    };
    await using rig = await cached({ maxAnswer: '32MiB' }, { answer });
    const streamed = { ...chat, stream: true };
    await rig.ask(streamed);
    const leaving = new AbortController();
    const response = await rig.portico.post(path, streamed, { signal: leaving.signal });
    assert.equal(response.headers.get('x-portico-cache'), 'hit');
    await response.body?.getReader().read();
    leaving.abort();
    await rig.portico.recorded(2);
    assert.equal(rig.portico.records[1]?.outcome, 'aborted');
    assert.ok((rig.portico.records[1]?.bytesOut ?? 0) < events.length, 'it did not run ahead of its client');
  });
});

test('a recording passes pace and failures on, and forgets what is too long or broke off', () => {
  const steps: string[] = [];
  const source: Source = {
    flow: () => steps.push('flow'),
    resume: () => steps.push('resume'),
    abort: () => steps.push('abort'),
  };
  const of = (most: number, sink: Sink) => {
    const recording = new Recording(source, most);
    recording.flow(sink);
    return recording;
  };
  const whole = of(4, new Slow(2));
  assert.deepEqual([whole.data(Buffer.from('ab')), whole.data(Buffer.from('cd'))], [true, false]);
  assert.equal(whole.taken(), undefined);
  whole.resume();
  whole.end();
  assert.equal(whole.taken()?.toString(), 'abcd');
  const sink = new Slow(9);
  const broken = of(4, sink);
  broken.data(Buffer.from('ab'));
  broken.fail(new Error('cut'));
  broken.abort(new Error('cut'));
  assert.deepEqual([broken.taken(), sink.error?.message], [undefined, 'cut']);
  const long = of(4, new Slow(9));
  for (const piece of ['abc', 'de']) long.data(Buffer.from(piece));
  long.end();
  assert.equal(long.taken(), undefined);
  assert.deepEqual(steps, ['flow', 'resume', 'flow', 'abort', 'flow']);
});

test('bad settings are told with what would be right', async () => {
  assert.match((await errorsOf({ cache: { ttl: 0 } })).join(), /time span|10m/);
  assert.match((await errorsOf({ cache: { scope: 'all' } })).join(), /shared/);
  assert.match((await errorsOf({ cache: { operations: ['images'] } })).join(), /operations|chat/);
  assert.match((await errorsOf({ cache: { ignore: ['messages'] } })).join(), /does not change the answer/);
  assert.match((await errorsOf({ cache: { maxBytes: '1' } })).join(), /64MiB/);
  assert.match((await errorsOf({ cache: { nonsense: 1 } })).join(), /nonsense/);
  assert.deepEqual(
    await errorsOf({ cache: { ttl: '1d', maxBytes: '1GiB', maxAnswer: '8MiB', maxRequest: '2MB' } }),
    [],
  );
});
