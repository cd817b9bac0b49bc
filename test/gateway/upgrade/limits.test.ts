// A WebSocket is one call as long as it lasts: what a plugin holds for it is given back when it is over, and a plugin may
// answer the handshake itself.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { secret, TestGateway } from '../../support/gateway.ts';
import { connect, refusal, WebSocketUpstream } from '../../support/websocket.ts';

const keyed = { headers: { authorization: `Bearer ${secret}` } };

const oneAtOnce = `
  const limit = { kind: 'concurrency', amount: 1, window: undefined, burst: undefined };
  export default (_config, { ledger }) => async (ctx, next) => {
    const grant = await ledger.reserve([{ subject: 'everybody', limit, amount: 1 }]);
    if (grant.granted) {
      void ctx.call.done.then(() => grant.settle([0]));
      return next();
    }
    ctx.status = 429;
    ctx.body = 'full';
  };`;

test('a limit on what runs at once counts open connections', async () => {
  const path = await mkdtemp(join(tmpdir(), 'portico-plugin-'));
  await writeFile(join(path, 'index.js'), oneAtOnce);
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start({
    routes: [{ name: 'live', paths: ['/live'], url: upstream.url }],
    plugins: [{ directory: { name: 'one-at-once', path, digest: '1', code: true }, on: true, settings: {} }],
  });
  await rm(path, { recursive: true });
  for (const end of ['close', 'terminate'] as const) {
    const client = await connect(`${gateway.url}/live`, [], keyed);
    const before = gateway.records.length;
    const { status, body } = await refusal(`${gateway.url}/live`, [], keyed);
    assert.deepEqual([status, body], [429, 'full']);
    client[end]();
    await gateway.recorded(before + 2);
  }
  assert.equal(upstream.handshakes.length, 2);
});
