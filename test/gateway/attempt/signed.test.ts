// An account that signs its requests signs what it can: a body that is passed on as it arrives goes elsewhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';

const accessKey = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI', service: 'runtime', region: 'us-east-1' };
const manifest = {
  title: 'up',
  auth: {
    kind: 'header' as const,
    name: 'authorization',
    prefix: 'Bearer ',
    sigv4: { service: 'runtime', region: 'us-east-1' },
  },
  dialects: { 'openai-chat': { operations: ['chat' as const, 'files' as const] } },
};
const body = { model: 'model-a', messages: [{ role: 'user', content: 'hello' }] };

test('a chat is signed, with the bytes that are sent', async () => {
  await using upstream = await Upstream.start(json({ object: 'chat.completion', choices: [] }));
  const accounts = [account('signs', upstream.url, { apiKey: undefined, accessKey })];
  await using gateway = await TestGateway.start({
    providers: [{ name: 'up', url: upstream.url, accounts, manifest, dialects: ['openai-chat'] }],
  });
  assert.equal((await gateway.post('/v1/chat/completions', body)).status, 200);
  const { headers } = upstream.last;
  assert.match(
    headers.authorization ?? '',
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/runtime\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/,
  );
  assert.equal(headers.host, new URL(upstream.url).host);
});

test('an upload is not, and says why', async () => {
  await using upstream = await Upstream.start(json({ id: 'file-1', object: 'file' }));
  const accounts = [account('signs', upstream.url, { apiKey: undefined, accessKey })];
  await using gateway = await TestGateway.start({
    providers: [{ name: 'up', url: upstream.url, accounts, manifest, dialects: ['openai-chat'] }],
  });
  const form = new FormData();
  form.append('purpose', 'batch');
  form.append('file', new Blob(['x'.repeat(100_000)]), 'file.jsonl');
  const wire = new Response(form);
  const type = wire.headers.get('content-type') ?? '';
  const reply = await gateway.post('/v1/files', Buffer.from(await wire.arrayBuffer()), {
    headers: { 'content-type': type },
  });
  assert.equal(upstream.requests.length, 0);
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /signs its requests: a body that is passed on as it arrives cannot be sent there/);
});
