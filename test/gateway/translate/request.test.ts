// What reaches an upstream of another dialect: its own path, headers and body, and nothing that is not for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataOf, rigOf, sent } from './rig.ts';

test('the path is the dialect’s, with the model the provider knows', async () => {
  await using rig = await rigOf('gemini', { models: { any: false, ids: { 'model-a': 'real/model 1' } } });
  await rig.ask('openai-responses');
  assert.equal(rig.upstream.last.path, '/v1beta/models/real/model%201:generateContent');
  await rig.ask('openai-responses', true);
  assert.equal(rig.upstream.last.path, '/v1beta/models/real/model%201:streamGenerateContent?alt=sse');
});

test('the client’s query and the headers of its dialect stay here', async () => {
  await using rig = await rigOf('openai-responses');
  const { portico, upstream } = rig;
  const headers = {
    'x-goog-api-client': 'genai/1',
    'anthropic-beta': 'x',
    'x-stainless-lang': 'js',
    'user-agent': 'mine/1',
    'x-team': 'blue',
    'accept-language': 'eo',
  };
  const contents = [{ role: 'user', parts: [{ text: 'hello' }] }];
  await portico.post('/v1beta/models/model-a:generateContent?$alt=json&beta=true', { contents }, { headers });
  const seen = upstream.last;
  assert.equal(seen.path, '/responses');
  for (const name of ['x-goog-api-client', 'anthropic-beta', 'x-stainless-lang'])
    assert.equal(seen.headers[name], undefined);
  assert.equal(seen.headers['user-agent'], 'mine/1');
  assert.equal(seen.headers['x-team'], 'blue');
  assert.equal(seen.headers['content-type'], 'application/json');
  assert.equal(seen.headers.accept, 'application/json');
  assert.equal(seen.headers.authorization, 'Bearer up-main');
  assert.equal(seen.headers['content-length'], String(seen.body.length));
  await rig.ask('gemini', true);
  assert.equal(upstream.last.headers.accept, 'text/event-stream');
});

test('headers that the directory or the account names are sent', async () => {
  const manifest = {
    title: 'up',
    auth: { kind: 'header', name: 'x-key' } as const,
    dialects: { gemini: {} },
    headers: { 'x-goog-version': '7' },
  };
  await using rig = await rigOf('gemini', { manifest });
  await rig.ask('openai-responses');
  assert.equal(rig.upstream.last.headers['x-goog-version'], '7');
  assert.equal(rig.upstream.last.headers['x-key'], 'up-main');
});

test('a directory’s own path is taken', async () => {
  const manifest = {
    title: 'up',
    auth: { kind: 'query', name: 'key' } as const,
    dialects: { 'openai-responses': { paths: { chat: '/custom/responses' } } },
  };
  await using rig = await rigOf('openai-responses', { manifest });
  await rig.ask('gemini');
  assert.equal(rig.upstream.last.path, '/custom/responses?key=up-main');
});

test('fields the provider calls otherwise are renamed, those it does not take are dropped and named', async () => {
  const manifest = {
    title: 'up',
    auth: { kind: 'none' } as const,
    dialects: { 'openai-responses': {} },
    parameters: { rename: { max_output_tokens: 'max_tokens' }, drop: ['temperature', 'model', 'stream'] },
  };
  await using rig = await rigOf('openai-responses', { manifest });
  const response = await rig.ask('gemini', false, {
    generationConfig: { temperature: 0.5, maxOutputTokens: 99, topK: 3 },
  });
  assert.equal(response.status, 200);
  const body = sent(rig.upstream.last);
  assert.deepEqual([body.max_tokens, body.max_output_tokens, body.temperature], [99, undefined, undefined]);
  assert.equal(body.model, 'model-a');
  const dropped = (response.headers.get('x-portico-dropped') ?? '').split(', ').sort();
  assert.deepEqual(dropped, ['generationConfig.topK', 'temperature']);
  await rig.portico.recorded(1);
  assert.deepEqual([...(rig.portico.records[0]?.dropped ?? [])].sort(), dropped);
});

test('what the gateway itself would have asked for is no loss of the client’s', async () => {
  const manifest = {
    title: 'up',
    auth: { kind: 'none' } as const,
    dialects: { 'openai-chat': {} },
    parameters: { drop: ['stream_options', 'store'] },
  };
  await using rig = await rigOf('openai-chat', { manifest });
  const response = await rig.ask('anthropic-messages', true);
  assert.equal(response.headers.get('x-portico-dropped'), null);
  assert.equal(sent(rig.upstream.last).stream_options, undefined);
});

test('large integers in tool arguments arrive as they were written', async () => {
  await using rig = await rigOf('gemini');
  const call = { type: 'function_call', call_id: 'call_1', name: 'find', arguments: '{"id":12345678901234567890}' };
  const output = { type: 'function_call_output', call_id: 'call_1', output: '{"next":98765432109876543210}' };
  const tools = [
    { type: 'function', name: 'find', parameters: { type: 'object', properties: { id: { type: 'integer' } } } },
  ];
  const response = await rig.ask('openai-responses', false, {
    input: [{ role: 'user', content: 'hello' }, call, output],
    tools,
  });
  assert.equal(response.status, 200, await response.text());
  const text = rig.upstream.last.body.toString();
  assert.ok(text.includes('12345678901234567890'), text);
  assert.ok(text.includes('98765432109876543210'), text);
});

test('a body that nothing can be made of is refused in the caller’s dialect', async () => {
  await using rig = await rigOf('openai-responses');
  const response = await rig.ask('gemini', false, { contents: 'x' });
  assert.equal(response.status, 400);
  assert.equal(((await response.json()) as { error: { status: string } }).error.status, 'INVALID_ARGUMENT');
  assert.equal(rig.upstream.requests.length, 0);
});

test('a stream without alt=sse is one JSON array', async () => {
  await using rig = await rigOf('openai-responses');
  const contents = [{ role: 'user', parts: [{ text: 'hello' }] }];
  const response = await rig.portico.post('/v1beta/models/model-a:streamGenerateContent', { contents });
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  const text = await response.text();
  const chunks = JSON.parse(text);
  const events = await (await rig.ask('gemini', true)).text();
  assert.equal(chunks.length, dataOf(events).length);
  assert.ok(chunks.length > 1);
});

const picture = { type: 'image', source: { type: 'file', file_id: 'file_1' } };
const document = { type: 'file', file: { file_id: 'file_1' } };

for (const to of ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const) {
  test(`what ${to} cannot say is refused in the client's word for where it stands`, async () => {
    await using rig = await rigOf(to);
    const asked = {
      'openai-chat': { messages: [{ role: 'user', content: [document] }] },
      'openai-responses': { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] }] },
      'anthropic-messages': { messages: [{ role: 'user', content: [picture] }] },
    };
    const params: Record<string, unknown> = {};
    for (const [from, body] of Object.entries(asked)) {
      if (from === to) continue;
      const answer = await rig.ask(from as keyof typeof asked, false, body);
      assert.equal(answer.status, 400);
      params[from] = ((await answer.json()) as { error: { param?: unknown } }).error.param;
    }
    const all = { 'openai-chat': 'messages', 'openai-responses': 'input', 'anthropic-messages': undefined };
    const { [to as keyof typeof all]: _, ...expected } = all;
    assert.deepEqual(params, expected);
  });
}

test('a request that says nothing is refused, whatever the dialect; nobody is asked', async () => {
  const silent = { messages: [{ role: 'user', content: '' }] };
  for (const to of ['openai-responses', 'anthropic-messages', 'gemini'] as const) {
    await using rig = await rigOf(to);
    for (const body of [{ messages: [] }, silent, { messages: [{ role: 'user', content: [] }] }]) {
      const answer = await rig.ask('openai-chat', false, body);
      assert.equal(answer.status, 400);
      const { error } = (await answer.json()) as { error: { message: string; param: string } };
      assert.match(error.message, /^There is nothing to answer/);
      assert.equal(error.param, 'messages');
    }
    assert.equal(rig.upstream.requests.length, 0);
  }
});

test('what a legacy completion loses is told in its own words', async () => {
  await using rig = await rigOf('openai-responses');
  const answer = await rig.portico.post('/v1/completions', {
    model: 'model-a',
    prompt: 'Hi',
    max_tokens: 5,
    best_of: 2,
  });
  assert.equal(answer.status, 200, await answer.text());
  assert.equal(answer.headers.get('x-portico-dropped'), 'best_of, max_tokens');
});
