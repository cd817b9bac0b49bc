// portico translate: there and back, with what is lost named, and calling nobody.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sitDown } from './typed.ts';

const chat = JSON.stringify({
  model: 'gpt-x',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
  ],
  temperature: 0.5,
  logit_bias: { '1': 2 },
});
const toMessages = ['translate', '--from', 'openai-chat', '--to', 'anthropic-messages'];

test('prints the body of the upstream, and on standard error its path and what it is not told', async (t) => {
  const desk = await sitDown(t);
  const { code, out, error } = await desk.pipe(chat, ...toMessages, '--model', 'claude-3-5-haiku');
  assert.equal(code, 0, error);
  const body = JSON.parse(out);
  assert.equal(body.model, 'claude-3-5-haiku');
  assert.match(JSON.stringify(body.system), /Be brief\./);
  assert.ok(Number.isInteger(body.max_tokens));
  assert.equal(error, 'POST /v1/messages\nnot told: logit_bias\n');
});

test('as data it holds path, body and what is dropped', async (t) => {
  const desk = await sitDown(t);
  await desk.write('request.json', chat);
  const { out } = await desk.type(...toMessages, '--json', 'request.json');
  const { path, body, dropped } = JSON.parse(out);
  assert.deepEqual([path, body.model, dropped], ['/v1/messages', 'gpt-x', ['logit_bias']]);
});

test('the model and the stream stand in the path where the dialect puts them there', async (t) => {
  const desk = await sitDown(t);
  const { out } = await desk.pipe(chat, 'translate', '--from', 'openai-chat', '--to', 'gemini', '--stream', '--json');
  assert.equal(JSON.parse(out).path, '/v1beta/models/gpt-x:streamGenerateContent?alt=sse');
});

test('a provider directory says how its API wants it', async (t) => {
  const desk = await sitDown(t);
  const request = JSON.stringify({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] });
  const words = ['translate', '--from', 'anthropic-messages', '--to', 'openai-chat', '--json'];
  const usual = JSON.parse((await desk.pipe(request, ...words)).out).body;
  const openai = JSON.parse((await desk.pipe(request, ...words, '--provider', 'openai')).out).body;
  assert.deepEqual([usual.max_tokens, openai.max_completion_tokens], [9, 9]);
  const { code, error } = await desk.pipe(request, ...words, '--provider', 'nobody');
  assert.equal(code, 1);
  assert.match(error, /no provider directory nobody/);
  const other = await desk.pipe(request, ...words, '--provider', 'anthropic');
  assert.match(other.error, /openai-chat is not spoken by anthropic/);
});

test('its own paths and names of fields are shown', async (t) => {
  const desk = await sitDown(t);
  const manifest = `title: Acme
baseUrl: https://acme.invalid/api
auth: { kind: none }
dialects: { openai-chat: { paths: { chat: "/say/{model}" } } }
models: { known: '*' }
parameters: { rename: { stop: stop_words }, drop: [top_p] }
`;
  await desk.write('providers/acme/provider.yaml', manifest);
  const request = JSON.stringify({
    model: 'm/1',
    max_tokens: 9,
    top_p: 1,
    stop_sequences: ['x'],
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const words = ['translate', '--from', 'anthropic-messages', '--to', 'openai-chat', '--json', '--provider', 'acme'];
  const { out, error } = await desk.pipe(request, ...words);
  assert.equal(error, '');
  const { path, body, dropped } = JSON.parse(out);
  assert.deepEqual([path, body.stop_words, dropped], ['/say/m/1', ['x'], ['top_p']]);
});

test('what could only be said wrongly is refused, with the error a client would get', async (t) => {
  const desk = await sitDown(t);
  const request = JSON.stringify({ model: 'm', n: 2, messages: [{ role: 'user', content: 'Hi' }] });
  const { code, error, out } = await desk.pipe(request, ...toMessages);
  assert.deepEqual([code, out], [1, '']);
  assert.match(error, /status 400 \(untranslatable, at n\)/);
});

test('large numbers stay what they are', async (t) => {
  const desk = await sitDown(t);
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{"id":12345678901234567890}' } };
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c', content: 'ok' },
  ];
  const { out } = await desk.pipe(JSON.stringify({ model: 'm', messages }), ...toMessages);
  assert.match(out, /12345678901234567890/);
});

test('tokens are counted and embeddings made in other dialects', async (t) => {
  const desk = await sitDown(t);
  const count = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
  const words = ['translate', '--json', '--operation'];
  const counted = await desk.pipe(count, ...words, 'count-tokens', '--from', 'anthropic-messages', '--to', 'gemini');
  assert.equal(JSON.parse(counted.out).path, '/v1beta/models/m:countTokens');
  const texts = JSON.stringify({ model: 'm', input: ['a', 'b'] });
  const embedded = await desk.pipe(texts, ...words, 'embeddings', '--from', 'openai-chat', '--to', 'gemini');
  assert.equal(JSON.parse(embedded.out).path, '/v1beta/models/m:batchEmbedContents');
});

const back = ['translate', '--from', 'openai-chat', '--to', 'anthropic-messages', '--answer'];
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 2 },
};

test('an answer comes back in the dialect of the client', async (t) => {
  const desk = await sitDown(t);
  const { code, out, error } = await desk.pipe(JSON.stringify(message), ...back);
  assert.equal(code, 0, error);
  const answer = JSON.parse(out);
  assert.equal(answer.choices[0].message.content, 'Hello');
  assert.equal(answer.usage.total_tokens, 5);
});

function events(...list: readonly { readonly type: string; readonly [key: string]: unknown }[]): string {
  return list.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

const begun = [
  { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
];

test('a stream comes back as one', async (t) => {
  const desk = await sitDown(t);
  const whole = events(
    ...begun,
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  );
  const { out } = await desk.pipe(whole, ...back, '--stream');
  assert.match(out, /"content":"Hello"/);
  assert.ok(out.endsWith('data: [DONE]\n\n'));
});

test('a stream that breaks off ends with an error, not as if it were whole', async (t) => {
  const desk = await sitDown(t);
  const { out } = await desk.pipe(events(...begun), ...back, '--stream');
  assert.match(out, /"code":"upstream_truncated"/);
  assert.doesNotMatch(out, /\[DONE\]/);
});

test('an error comes back with the status and the words of the dialect', async (t) => {
  const desk = await sitDown(t);
  const body = JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
  const { out, error } = await desk.pipe(body, ...back, '--status', '529');
  assert.match(error, /status: 503/);
  assert.equal(JSON.parse(out).error.code, 'service_unavailable');
});

test('an error told with 200 is one', async (t) => {
  const desk = await sitDown(t);
  const { out, error } = await desk.pipe('{"error":{"message":"slow","code":429}}', ...back);
  assert.match(error, /status: 429/);
  assert.match(out, /rate_limit_exceeded/);
});

test('legacy completions become chats, and answers to them come back as such', async (t) => {
  const desk = await sitDown(t);
  const words = ['translate', '--from', 'openai-chat', '--to', 'anthropic-messages', '--operation', 'completions'];
  const there = await desk.pipe('{"model":"m","prompt":"Once","max_tokens":5}', ...words, '--json');
  const { path, body } = JSON.parse(there.out);
  assert.deepEqual([path, body.max_tokens], ['/v1/messages', 5]);
  assert.match(JSON.stringify(body.messages), /Once/);
  const { out } = await desk.pipe(JSON.stringify(message), ...words, '--answer');
  assert.equal(JSON.parse(out).choices[0].text, 'Hello');
});

test('the dialect the provider speaks is not translated', async (t) => {
  const desk = await sitDown(t);
  const words = ['translate', '--from', 'openai-chat', '--to', 'openai-chat', '--json'];
  const there = JSON.parse((await desk.pipe(chat, ...words, '--model', 'up')).out);
  assert.deepEqual(there, { path: '/chat/completions', body: { ...JSON.parse(chat), model: 'up' }, dropped: [] });
  const answer = { id: 'x', vendor_field: 1, choices: [] };
  assert.deepEqual(JSON.parse((await desk.pipe(JSON.stringify(answer), ...words, '--answer')).out).body, answer);
});

test('tools come back with the names the client knows', async (t) => {
  const desk = await sitDown(t);
  const name = `mcp__${'x'.repeat(90)}`;
  const request = {
    model: 'm',
    max_tokens: 9,
    tools: [{ name, input_schema: { type: 'object' } }],
    messages: [{ role: 'user', content: 'Hi' }],
  };
  await desk.write('request.json', JSON.stringify(request));
  const words = ['translate', '--from', 'anthropic-messages', '--to', 'openai-chat'];
  const told = JSON.parse((await desk.type(...words, 'request.json')).out).tools[0].function.name as string;
  assert.ok(told.length <= 64, told);
  const call = { id: 'c', type: 'function', function: { name: told, arguments: '{}' } };
  const choices = [
    { index: 0, message: { role: 'assistant', content: null, tool_calls: [call] }, finish_reason: 'tool_calls' },
  ];
  const answer = JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices });
  const { out } = await desk.pipe(answer, ...words, '--answer', '--request', 'request.json');
  assert.equal(JSON.parse(out).content[0].name, name);
});

test('mistakes are told with a remedy', async (t) => {
  const desk = await sitDown(t);
  const cases: readonly (readonly [RegExp, string | undefined, ...string[]])[] = [
    [/There is no body\.\nName a file/, undefined, ...toMessages],
    [/not a JSON object/, '[1]', ...toMessages],
    [/cannot be read/, undefined, ...toMessages, 'missing.json'],
    [/Allowed choices are openai-chat/, chat, 'translate', '--from', 'latin', '--to', 'gemini'],
    [/required option '--from/, chat, 'translate', '--to', 'gemini'],
    [
      /put its items into input/,
      '{"model":"m","input":"Hi","previous_response_id":"resp_1"}',
      ...['translate', '--from', 'openai-responses', '--to', 'openai-chat'],
    ],
    [/names no model/, '{"messages":[{"role":"user","content":"Hi"}]}', ...toMessages],
  ];
  for (const [expected, input, ...words] of cases) {
    const { code, error } = await (input === undefined ? desk.type(...words) : desk.pipe(input, ...words));
    assert.equal(code, 1, words.join(' '));
    assert.match(error, expected);
  }
});
