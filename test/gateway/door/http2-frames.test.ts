// HTTP/2 clients that are not sound: bodies that break off, and requests that are opened only to be reset.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { TestGateway, type Wanted } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { certificate, chat, tls, usual } from './http2-client.ts';
import { dial, frame, head } from './http2-frames.ts';

describe('over HTTP/2', { skip: certificate === undefined && 'no openssl' }, async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  after(() => upstream[Symbol.asyncDispose]());
  const providers = [{ name: 'up', url: upstream.url }];
  const start = (wanted: Wanted = {}) => TestGateway.start({ providers, listener: { tls }, ...wanted });

  for (const [name, end] of [
    ['is reset', frame(3, 0, 1, Buffer.from([0, 0, 0, 8]))],
    ['breaks off with its connection', undefined],
  ] as const) {
    test(`a request that ${name} in its body is not taken for a whole one`, async () => {
      const routes = [{ name: 'root' }, { name: 'wiki', paths: ['/wiki'], url: upstream.url }];
      await using portico = await start({ routes });
      const asked = upstream.requests.length;
      for (const path of ['/v1/chat/completions', '/wiki/page']) {
        const socket = await dial(portico);
        socket.write(frame(1, 4, 1, head({ ...usual, ':path': path, ':scheme': 'https', ':authority': 'x' })));
        socket.write(frame(0, 0, 1, Buffer.from(chat)));
        while (portico.ledger.inFlight() === 0) await setImmediate();
        if (end === undefined) socket.destroy();
        else socket.write(end);
        while (portico.ledger.inFlight() > 0) await setImmediate();
        socket.destroy();
      }
      await portico.recorded(2);
      const ends = portico.records.map(({ outcome, error }) => [outcome, error]);
      assert.deepEqual(ends, Array(2).fill(['aborted', 'client-closed']));
      assert.equal(upstream.requests.length, asked);
    });
  }

  test('a client that only opens requests and resets them is cut off', async () => {
    upstream.answer = json({ ok: true });
    await using portico = await start();
    const socket = await dial(portico);
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const fields = head({ ...usual, ':scheme': 'https', ':authority': 'x', authorization: 'Bearer wrong' });
    for (let id = 1; id < 6000 && !socket.destroyed; id += 2) {
      socket.write(Buffer.concat([frame(1, 4, id, fields), frame(3, 0, id, Buffer.from([0, 0, 0, 8]))]));
      if (id % 100 === 1) await setImmediate();
    }
    await closed;
    while (portico.ledger.inFlight() > 0) await setImmediate();
  });
});
