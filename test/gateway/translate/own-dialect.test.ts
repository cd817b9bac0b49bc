// A history that holds another vendor's blobs, brought to a model of the caller's own dialect: it goes without them. What
// holds none goes as the bytes it came in.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wrap } from '../../../src/dialects/canonical/envelope.ts';
import { holdsMark } from '../../../src/gateway/translate/own-dialect.ts';
import { TestGateway } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';
import { asking, upstreamOf } from './rig.ts';

const envelope = wrap({ origin: 'gemini/far', data: 'c2VjcmV0' }, 'anthropic-messages');
const { path, body } = asking('anthropic-messages');

/** Written oddly on purpose. */
function request(signature: string): string {
  const thinking = `{"type":"thinking","thinking":"hm","signature":"${signature}"}`;
  const assistant = `{"role":"assistant","content":[${thinking}, {"type":"text","text":"hi"}]}`;
  const user = '{"role":"user",  "content":"hello"}';
  return `{ "model":"model-a","max_tokens":100, "messages":[${user},${assistant},${user}] }`;
}

async function ask(text: string, ...dialects: ('gemini' | 'anthropic-messages')[]) {
  await using upstream = await Upstream.start(upstreamOf('anthropic-messages'));
  await using portico = await TestGateway.start({
    providers: dialects.map((dialect) => ({
      name: dialect === 'gemini' ? 'far' : 'near',
      url: upstream.url,
      dialects: [dialect],
      models: { any: dialect === 'gemini', ids: { [dialect === 'gemini' ? 'other' : 'model-a']: 'model-a' } },
    })),
  });
  const response = await portico.post(path, text);
  const told = await response.text();
  assert.equal(response.status, 200, told);
  const dropped = response.headers.get('x-portico-dropped');
  return { sent: upstream.last.body.toString(), path: upstream.last.path, dropped };
}

test('a blob of another vendor does not reach the upstream, and is named', async () => {
  const { sent, path: asked, dropped } = await ask(request(envelope), 'anthropic-messages', 'gemini');
  assert.equal(asked, '/v1/messages');
  assert.equal(dropped, 'messages[].content[].signature');
  assert.ok(!sent.includes(envelope) && !sent.includes('c2VjcmV0'), sent);
  assert.deepEqual(JSON.parse(sent).messages[1].content, [{ type: 'text', text: 'hi' }]);
});

test('a blob that travelled on a part of its own leaves nothing behind: empty text is refused', async () => {
  for (const carries of ['next', 'alone'] as const) {
    const carrier = wrap({ origin: 'gemini/far', data: 'c2VjcmV0', carries }, 'anthropic-messages');
    const { sent } = await ask(request(carrier), 'anthropic-messages', 'gemini');
    assert.deepEqual(JSON.parse(sent).messages[1].content, [{ type: 'text', text: 'hi' }], carries);
  }
});

test('without one the bytes are the client’s', async () => {
  const text = request('c2lnbmVk');
  assert.equal((await ask(text, 'anthropic-messages', 'gemini')).sent, text);
});

test('where no other dialect is reached nothing is looked for', async () => {
  const text = request(envelope);
  assert.equal((await ask(text, 'anthropic-messages')).sent, text);
});

test('the smallest request of the dialect stays as it is', async () => {
  const text = JSON.stringify(body, null, 3);
  assert.equal((await ask(text, 'anthropic-messages', 'gemini')).sent, text);
});

describe('the mark of an envelope', () => {
  const bytes = Buffer.from(`{"a":"${envelope}"}`);
  test('is found wherever the border between two chunks cuts it', () => {
    for (let at = 1; at < bytes.length; at += 1)
      assert.ok(holdsMark([bytes.subarray(0, at), bytes.subarray(at)]), `${at}`);
  });
  test('is found in chunks that are smaller than it', () => {
    for (const size of [1, 2, 5, 15]) {
      const count = Math.ceil(bytes.length / size);
      const chunks = Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
      assert.ok(holdsMark(chunks), `${size}`);
    }
  });
  test('is not found where it does not stand', () => {
    assert.equal(holdsMark([Buffer.from('eyJwb3J0aWNv'), Buffer.from('x3J0')]), false);
    assert.equal(holdsMark([]), false);
  });
});
