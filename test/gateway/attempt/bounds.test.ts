// The bounds of what is kept back before the first output, and of what is read on for a client that has left.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { until } from '../../plugins/balancer/balanced.ts';
import { HandClock } from '../../support/clock.ts';
import { account, pluginEntry, TestGateway } from '../../support/gateway.ts';
import { chunk, events, Upstream } from '../../support/upstream.ts';

const path = '/v1/chat/completions';
const body = { model: 'model-a', stream: true, messages: [] };
const head = { 'content-type': 'text/event-stream' };
const role = (pad = '') => chunk({ pad, choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] });
const text = (content: string) => chunk({ choices: [{ index: 0, delta: { content } }] });
const stop = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const unhurried = { connect: 0, firstByte: 0, idle: 0, total: 0 };

describe('bounds', () => {
  const clock = new HandClock();
  let first: Upstream;
  let second: Upstream;
  let portico: TestGateway;
  before(async () => {
    first = await Upstream.start(() => undefined);
    second = await Upstream.start(events(text('other'), stop));
    const plugins = [pluginEntry('auth', { query: true }), pluginEntry('balancer')];
    const usual = { timeouts: unhurried, cooling: undefined };
    const providers = [
      { name: 'one', url: first.url, ...usual, accounts: [account('a', first.url, { priority: 1 })] },
      { name: 'two', url: second.url, ...usual },
    ];
    const routes = [{ name: 'root', onDisconnect: 'drain' as const }];
    portico = await TestGateway.start({ providers, plugins, routes }, clock);
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
  });

  const kilobyte = 'x'.repeat(1024);
  for (const [what, opening, kept] of [
    ['63 events that only announce', Array(63).fill(role()), true],
    ['64 of them', Array(64).fill(role()), false],
    ['255 KiB of them', Array(5).fill(role(kilobyte.repeat(50))), true],
    ['more than 256 KiB of them', Array(6).fill(role(kilobyte.repeat(50))), false],
  ] as const) {
    test(`${what}, and then nothing: ${kept ? 'another account answers' : 'the client has them, and is told'}`, async () => {
      first.answer = (res) => {
        res.writeHead(200, head);
        res.write(opening.join(''), () => res.destroy());
      };
      const received = await (await portico.post(path, body)).text();
      assert.equal(received.includes('other'), kept);
      assert.equal(received.includes('assistant'), !kept);
      assert.equal(received.includes('"error"'), !kept);
    });
  }

  async function leave(): Promise<number> {
    const count = portico.records.length;
    const gone = new AbortController();
    const response = await portico.post(path, body, { signal: gone.signal });
    await response.body?.getReader().read();
    gone.abort();
    return count;
  }

  test('for a client that has left no more than 8 MiB are read on', async () => {
    let written = 0;
    const piece = text('y'.repeat(65_536));
    first.answer = async (res) => {
      res.writeHead(200, head).write(text('out'));
      res.on('error', () => undefined);
      const closed = new Promise((resolve) => res.once('close', resolve));
      while (!res.destroyed && written < 200_000_000) {
        written += piece.length;
        if (!res.write(piece)) await Promise.race([once(res, 'drain'), closed]);
      }
      res.destroy();
    };
    const count = await leave();
    await portico.recorded(count + 1);
    await first.last.aborted;
    // Beyond them is what sockets hold.
    assert.ok(written > 4_000_000 && written < 60_000_000, `${written} bytes`);
    assert.equal(portico.records[count]?.outcome, 'aborted');
  });

  test('… nor for longer than 60 seconds', async () => {
    first.answer = (res) => void res.writeHead(200, head).write(text('out'));
    const waiting = clock.waiting;
    const count = await leave();
    await until(() => clock.waiting > waiting);
    clock.advance(59_999);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(portico.records.length, count);
    clock.advance(1);
    await first.last.aborted;
    await portico.recorded(count + 1);
    assert.equal(portico.records[count]?.error, 'client-closed');
  });
});
