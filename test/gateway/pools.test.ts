// Connection pools outlive reloads and die with the last snapshot that wants them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keep } from '../../src/gateway/compile/keep.ts';
import { dispatcherFor } from '../../src/gateway/compile/pools.ts';
import { json, Upstream } from '../support/upstream.ts';

const key = { egressUrl: undefined, connectMs: 1234 };

test('the same way out is one pool, another way is another', () => {
  const keep = new Keep();
  const one = dispatcherFor(keep, {}, key);
  assert.equal(dispatcherFor(keep, {}, { ...key }), one);
  assert.notEqual(dispatcherFor(keep, {}, { ...key, connectMs: 1 }), one);
  assert.notEqual(dispatcherFor(keep, {}, { ...key, serve: () => undefined }), one);
});

test('a pool closes when nobody holds it any more, behind its last request', async () => {
  let finish: () => void = () => assert.fail('not asked');
  await using upstream = await Upstream.start((res) => {
    finish = () => res.end('late');
  });
  const keep = new Keep();
  const [before, after] = [{}, {}];
  const pool = dispatcherFor(keep, before, key);
  assert.equal(dispatcherFor(keep, after, key), pool);
  const arrived = upstream.next();
  const running = pool.request({ origin: upstream.url, path: '/', method: 'GET' });
  await arrived;
  keep.release(before);
  assert.equal(dispatcherFor(keep, after, key), pool, 'still held');
  keep.release(after);
  assert.notEqual(dispatcherFor(keep, {}, key), pool);
  await assert.rejects(pool.request({ origin: upstream.url, path: '/', method: 'GET' }), { code: /UND_ERR/ });
  upstream.answer = json({});
  finish();
  assert.equal(await (await running).body.text(), 'late');
});
