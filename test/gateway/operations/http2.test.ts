// Uploads over HTTP/2: forms, files and requests without a body, as over HTTP/1.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/core/index.ts';
import { secret, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { ask, certificate, connect, tls } from '../door/http2-client.ts';
import { field, file, form, formHeaders, noise } from './form.ts';

test('over HTTP/2 bodies arrive whole', { skip: certificate === undefined && 'no openssl' }, async () => {
  await using upstream = await Upstream.start(json({ ok: true }));
  const manifest = {
    title: 'up',
    auth: { kind: 'header', name: 'authorization', prefix: 'Bearer ' } as const,
    dialects: { 'openai-chat': { operations: ['transcriptions', 'files', 'batches'] as const } },
  };
  const models = { any: false, ids: { alias: 'real-model' } };
  await using portico = await TestGateway.start(
    { providers: [{ name: 'up', url: upstream.url, manifest, models }], listener: { tls } },
    systemClock,
  );
  using client = connect(portico);
  const content = noise(2 * 1024 * 1024);
  const headers = { ...formHeaders, ':method': 'POST' };
  const sent = form(file(content), field('model', 'alias'));
  const heard = await ask(client, { ...headers, ':path': '/v1/audio/transcriptions' }, sent);
  assert.equal(heard.status, 200);
  assert.ok(upstream.last.body.equals(form(file(content), field('model', 'real-model'))));
  const kept = await ask(client, { ...headers, ':path': '/v1/files' }, sent);
  assert.equal(kept.status, 200);
  assert.ok(upstream.last.body.equals(sent));
  const authorization = `Bearer ${secret}`;
  const cancelled = await ask(client, { authorization, ':method': 'POST', ':path': '/v1/batches/b/cancel' });
  assert.deepEqual([cancelled.status, upstream.last.path, upstream.last.body.length], [200, '/batches/b/cancel', 0]);
});
