// The newest lines stay readable, in order and bounded; who follows gets every further one, or is let go.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { follow } from '../../src/control/logs/follow.ts';
import { type LineFilter, LogTail } from '../../src/control/logs/tail.ts';
import type { Line } from '../../src/gateway/outbox.ts';
import { HandClock } from '../support/clock.ts';
import { recordOf } from '../support/record.ts';

const all: LineFilter = { level: 'debug', kinds: ['requests', 'operations'], format: 'text' };

function lineOf(message: string, changes: Partial<Line> = {}): Line {
  return { time: 0, level: 'info', source: 'test', message, fields: undefined, record: undefined, ...changes };
}

let tail: LogTail;
beforeEach(() => {
  tail = new LogTail((line, format) => (format === 'json' ? JSON.stringify(line.message) : line.message));
});

const texts = (filter: LineFilter, count = 1_000, after = 0) => tail.read(filter, count, after).map(({ text }) => text);

describe('the newest lines', () => {
  test('are kept in order, a thousand of them', () => {
    for (let index = 1; index <= 2_500; index += 1) tail.push(lineOf(`line ${index}`));
    const kept = tail.read(all, 5_000);
    assert.equal(kept.length, 1_000);
    assert.deepEqual([kept[0]?.text, kept.at(-1)?.text], ['line 1501', 'line 2500']);
    assert.deepEqual(texts(all, 2), ['line 2499', 'line 2500']);
    assert.deepEqual(texts(all, 0), []);
    assert.deepEqual(texts(all, 10, 2_498), ['line 2499', 'line 2500']);
  });

  test('can be asked for by level and kind, in either format', () => {
    tail.push(lineOf('quiet', { level: 'debug' }));
    tail.push(lineOf('loud', { level: 'error' }));
    tail.push(lineOf('asked', { record: recordOf() }));
    assert.deepEqual(texts({ ...all, level: 'warn' }), ['loud']);
    assert.deepEqual(texts({ ...all, level: 'info' }), ['loud', 'asked']);
    assert.deepEqual(texts({ ...all, kinds: ['requests'] }), ['asked']);
    assert.deepEqual(texts({ ...all, kinds: ['operations'], format: 'json' }), ['"quiet"', '"loud"']);
  });

  test('are put into words only when they are read', () => {
    let rendered = 0;
    tail = new LogTail(() => {
      rendered += 1;
      return '';
    });
    for (let index = 0; index < 100; index += 1) tail.push(lineOf('x'));
    assert.equal(rendered, 0);
    tail.read(all, 3);
    assert.equal(rendered, 3);
  });
});

describe('following', () => {
  const clock = new HandClock();
  const server = createServer();
  let followed: PromiseWithResolvers<void>;
  let serve: (res: ServerResponse) => void;

  beforeEach(async () => {
    followed = Promise.withResolvers();
    serve = (res) => {
      void follow(res, { tail, filter: all, run: 'run', clock, first: tail.read(all, 10) }).then(followed.resolve);
    };
    server.removeAllListeners('request').on('request', (_, res: ServerResponse) => serve(res));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function open(): Promise<IncomingMessage> {
    const sent = get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response.setEncoding('utf8');
  }

  async function readUntil(response: IncomingMessage, wanted: string): Promise<string> {
    let text = '';
    for await (const chunk of response.iterator({ destroyOnReturn: false })) {
      text += chunk;
      if (text.includes(wanted)) return text;
    }
    return text;
  }

  test('tells what was there, then each further line, each of its rows as data', async () => {
    tail.push(lineOf('before'));
    const response = await open();
    const first = await readUntil(response, 'caught-up');
    assert.match(first, /^id: run-1\ndata: before\n\nevent: caught-up\n/);
    tail.push(lineOf('two\nrows'));
    assert.match(await readUntil(response, 'rows'), /id: run-2\ndata: two\ndata: rows\n\n/);
    clock.advance(15_000);
    assert.match(await readUntil(response, 'here'), /^: still here\n\n$/m);
  });

  test('ends with the reader', async () => {
    const response = await open();
    await readUntil(response, 'caught-up');
    response.destroy();
    await followed.promise;
    assert.equal(clock.waiting, 0);
  });

  test('a reader that does not read is told so and let go; nothing waits for it', async () => {
    const response = await open();
    response.pause();
    const line = 'x'.repeat(64 * 1024);
    for (let index = 0; index < 1_000; index += 1) tail.push(lineOf(`${index} ${line}`));
    const text = await readUntil(response.resume(), 'never');
    assert.match(text.slice(-200), /event: note\ndata: let go: more than 1 MiB of lines was left unread\n\n$/);
    assert.ok(text.length < 16 * 1024 * 1024, `${text.length}`);
    await followed.promise;
  });

  test('a reader that never reads is cut off after a while', async () => {
    const response = await open();
    response.pause();
    for (let index = 0; index < 1_000; index += 1) tail.push(lineOf('x'.repeat(64 * 1024)));
    clock.advance(5_000);
    await followed.promise;
  });
});
