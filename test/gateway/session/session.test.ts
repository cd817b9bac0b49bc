// Whose conversation a request belongs to: what the client calls it, or how it began.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { pluginEntry, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';

const code = `export default () => async function tell({ call }, next) {
  const session = await call.session(['x-session-id', 'session-id']);
  await next();
  call.reply.headers['x-told'] = session ?? 'none';
}`;
const system = 'You are helpful. '.repeat(30);
const user = (content: unknown) => ({ role: 'user', content });
const assistant = { role: 'assistant', content: 'Hi.' };

describe('session', async () => {
  const path = await mkdtemp(join(tmpdir(), 'portico-plugin-'));
  await writeFile(join(path, 'index.ts'), code);
  const upstream = await Upstream.start(json({}));
  const tell = { directory: { name: 'tell', path, digest: '1', code: true }, on: true, settings: {} };
  const secrets = ['sk-one-0123456789', 'sk-two-0123456789'];
  const portico = await TestGateway.start({
    providers: [{ name: 'up', url: upstream.url }],
    plugins: [pluginEntry('auth', { query: true }), tell, pluginEntry('balancer')],
    keys: secrets.map((secret, index) => ({ name: `key-${index}`, hash: hash('sha256', secret, 'hex') })),
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
    await rm(path, { recursive: true });
  });

  async function told(path: string, body: object, headers: Record<string, string> = {}, secret = secrets[0]) {
    const sent = JSON.stringify({ model: 'model-a', ...body });
    const response = await portico.post(path, sent, { headers: { authorization: `Bearer ${secret}`, ...headers } });
    return response.headers.get('x-told') ?? assert.fail(`no answer: ${response.status}`);
  }
  const chat = (body: object, headers?: Record<string, string>, secret?: string) =>
    told('/v1/chat/completions', body, headers, secret);
  const messages = [user('Fix the bug.')];

  test('is the first header that was sent, before anything in the body', async () => {
    const one = await chat({ messages }, { 'x-session-id': 's1' });
    assert.match(one, /^[0-9a-f]{64}$/);
    assert.equal(await chat({ messages: [user('other')], prompt_cache_key: 'k' }, { 'x-session-id': 's1' }), one);
    assert.equal(await chat({ messages }, { 'session-id': 's1' }), one);
    assert.notEqual(await chat({ messages }, { 'x-session-id': 's2', 'session-id': 's1' }), one);
    assert.notEqual(await chat({ messages }, { 'x-other': 's1' }), one);
  });

  test('is another one for another key', async () => {
    for (const headers of [{ 'x-session-id': 's1' }, {}] as Record<string, string>[]) {
      assert.notEqual(await chat({ messages }, headers), await chat({ messages }, headers, secrets[1]));
    }
  });

  const named: Record<string, readonly [object, object]> = {
    prompt_cache_key: [{ prompt_cache_key: 'a' }, { prompt_cache_key: 'b' }],
    'metadata.user_id': [{ metadata: { user_id: 'user_x_session_1' } }, { metadata: { user_id: 'user_x_session_2' } }],
    conversation: [{ conversation: 'conv_1' }, { conversation: { id: 'conv_2' } }],
  };
  for (const [what, [one, other]] of Object.entries(named)) {
    test(`is what ${what} says`, async () => {
      const first = await chat({ ...one, messages });
      assert.equal(await chat({ messages: [user('later')], ...one }), first);
      assert.notEqual(await chat({ ...other, messages }), first);
      assert.notEqual(await chat({ messages }), first);
    });
  }

  const long = 'word '.repeat(20_000);
  const marked = [{ type: 'text', text: 'Fix the bug.', cache_control: { type: 'ephemeral' } }];
  const plain = [{ type: 'text', text: 'Fix the bug.' }];
  /** One request, the same conversation later, and another conversation. */
  const begun: Record<string, readonly [path: string, first: object, later: object, other: object]> = {
    'messages with a system turn': [
      '/v1/chat/completions',
      { messages: [{ role: 'system', content: system }, user('Fix "it" \\ now.')] },
      { messages: [{ role: 'system', content: system }, user('Fix "it" \\ now.'), assistant, user('More.')] },
      { messages: [{ role: 'system', content: system }, user('Fix that.')] },
    ],
    'messages with a system prompt, whose marks move': [
      '/v1/messages',
      { max_tokens: 1, system, messages: [user(marked)] },
      { max_tokens: 1, system, messages: [user(plain), assistant, user(marked)] },
      { max_tokens: 1, system: 'You are not.', messages: [user(plain)] },
    ],
    'a list as input': [
      '/v1/responses',
      { instructions: system, input: [user([{ type: 'input_text', text: 'Go.' }])] },
      { instructions: system, input: [user([{ type: 'input_text', text: 'Go.' }]), assistant, user('On.')] },
      { instructions: system, input: [user([{ type: 'input_text', text: 'Stop.' }])] },
    ],
    'a text as input': [
      '/v1/responses',
      { input: 'Go.', temperature: 0 },
      { input: 'Go.', temperature: 1 },
      { input: 'Stop.' },
    ],
    'contents whose role is not said': [
      '/v1beta/models/model-a:generateContent',
      { contents: [{ parts: [{ text: 'Go.' }] }] },
      {
        contents: [
          { parts: [{ text: 'Go.' }] },
          { role: 'model', parts: [{ text: 'Ok.' }] },
          { parts: [{ text: 'On.' }] },
        ],
      },
      { contents: [{ parts: [{ text: 'Stop.' }] }] },
    ],
    'a first turn of 100 KB': [
      '/v1/chat/completions',
      { messages: [user(`a${long}`)] },
      { messages: [user(`a${long}`), assistant, user('More.')] },
      { messages: [user(`b${long}`)] },
    ],
    'a first turn without words': [
      '/v1/chat/completions',
      { messages: [user([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }])] },
      {
        messages: [
          user([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]),
          assistant,
          user('?'),
        ],
      },
      { messages: [user([{ type: 'image_url', image_url: { url: 'data:image/png;base64,BBBB' } }])] },
    ],
    'a first turn that is longer than what is looked at': [
      '/v1/chat/completions',
      { messages: [user(`a${long.repeat(4)}`)] },
      { messages: [user(`a${long.repeat(4)}`), assistant, user('More.')] },
      { messages: [user(`b${long.repeat(4)}`)] },
    ],
  };
  for (const [what, [path, first, later, other]] of Object.entries(begun)) {
    test(`is how it began: ${what}`, async () => {
      const session = await told(path, first);
      assert.match(session, /^[0-9a-f]{64}$/);
      assert.equal(await told(path, later), session);
      assert.notEqual(await told(path, other), session);
    });
  }

  test('is not known where nothing tells', async () => {
    for (const body of [{ messages: [] }, { messages: [assistant] }, { messages: 7 }, {}]) {
      assert.equal(await chat(body), 'none', JSON.stringify(body));
    }
    assert.equal(await told('/v1/embeddings', { input: 'a text' }), 'none');
    assert.equal(await chat({ metadata: [], conversation: 7, prompt_cache_key: '' }), 'none');
  });
});
