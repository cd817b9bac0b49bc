// The API behind ChatGPT accounts as public reports have it: it wants streams that are not kept, knows some parameters not, and
// tells the items of an answer only as they pass. Clients ask as they like.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { checkProvider } from '../../../src/gateway/contract/check-provider.ts';
import { gatewayYaml, root, secret, urlOf, Workplace } from '../../process/running.ts';
import { Upstream } from '../../support/upstream.ts';

const workplaces: Workplace[] = [];
after(() => Promise.all(workplaces.map((workplace) => workplace.remove())));

const item = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'Hi', annotations: [] }],
};
const response = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'gpt-5.4',
  status: 'completed',
  output: [],
  usage: { input_tokens: 3, output_tokens: 1, total_tokens: 4 },
};
const events: { type: string }[] = [
  { type: 'response.created', response: { ...response, status: 'in_progress' } } as never,
  {
    type: 'response.output_item.added',
    output_index: 0,
    item: { ...item, status: 'in_progress', content: [] },
  } as never,
  { type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'msg_1', delta: 'Hi' } as never,
  { type: 'response.output_item.done', output_index: 0, item } as never,
  { type: 'response.completed', response } as never,
];

function streamOf(some: readonly { type: string }[]): string {
  return some.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

/** Refuses what it is said to refuse. */
async function chatgpt(stream = streamOf(events)): Promise<Upstream> {
  return Upstream.start((res, { headers, body }) => {
    const asked = JSON.parse(body.toString());
    const wrong = [
      asked.stream !== true && 'Stream must be set to true',
      asked.store !== false && 'Store must be set to false',
      ...['temperature', 'max_output_tokens'].map((name) => name in asked && `Unsupported parameter: ${name}`),
      headers.authorization !== 'Bearer acc-secret-0123456789' && 'Unauthorized',
    ].find((each) => typeof each === 'string');
    res.setHeader('content-type', wrong === undefined ? 'text/event-stream; charset=utf-8' : 'application/json');
    if (wrong !== undefined) return void res.writeHead(400).end(JSON.stringify({ detail: wrong }));
    // Cut where it hurts.
    for (let at = 0; at < stream.length; at += 61) res.write(stream.slice(at, at + 61));
    res.end();
  });
}

/** A gateway with an instance for each, under the name of its model. */
async function serveAt(upstreams: Readonly<Record<string, Upstream>>) {
  const workplace = await Workplace.make();
  workplaces.push(workplace);
  const names = Object.keys(upstreams);
  const providers = names.map((name) => ({
    name,
    use: 'codex',
    baseUrl: `${upstreams[name]?.url}/backend-api/codex`,
    models: [name],
    accounts: [{ name: 'ada', file: `./${name}.json` }],
  }));
  for (const name of names) {
    const tokens = { access_token: 'acc-secret-0123456789', refresh_token: `ref-${name}`, account_id: 'acct-1' };
    const file = { OPENAI_API_KEY: null, tokens, last_refresh: '2026-11-21T00:00:00Z' };
    await workplace.write(`${name}.json`, JSON.stringify(file));
  }
  const plugins = ['auth', 'translator', 'balancer'];
  await workplace.write('gateway.yaml', gatewayYaml({ providers, plugins, threads: 1 }));
  const running = await workplace.serve();
  return (path: string, body: object) =>
    fetch(urlOf(running, path), {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify(body),
    });
}

test('streams that are not kept are asked for, whatever clients ask for; what breaks is no answer', async (context) => {
  const failed = { ...response, status: 'failed', error: { code: 'server_error', message: 'It broke.' } };
  const upstream = await chatgpt();
  const broken = await chatgpt(streamOf(events.slice(0, 3)));
  const failing = await chatgpt(
    streamOf([...events.slice(0, 1), { type: 'response.failed', response: failed } as never]),
  );
  context.after(() => Promise.all([upstream, broken, failing].map((each) => each[Symbol.asyncDispose]())));
  const ask = await serveAt({ 'gpt-5.4': upstream, broken, failing });
  const input = { model: 'gpt-5.4', instructions: 'Be brief.', input: 'Hello', temperature: 1, max_output_tokens: 9 };

  const whole = await ask('/v1/responses', input);
  assert.equal(whole.headers.get('content-type'), 'application/json');
  assert.match(whole.headers.get('x-portico-dropped') ?? '', /max_output_tokens.*temperature|temperature.*max_output/);
  assert.deepEqual(await whole.json(), { ...response, output: [item] });
  const { headers, path } = upstream.last;
  assert.equal(path, '/backend-api/codex/responses');
  assert.equal(headers['chatgpt-account-id'], 'acct-1');
  assert.equal(headers.originator, undefined);
  assert.doesNotMatch(headers['user-agent'] ?? '', /codex/i);

  const stream = await ask('/v1/responses', { ...input, stream: true });
  assert.equal(await stream.text(), streamOf(events), 'byte for byte');

  const chat = await ask('/v1/chat/completions', {
    model: 'gpt-5.4',
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 9,
  });
  const { choices, usage } = (await chat.json()) as {
    choices: { message: { content: string } }[];
    usage: { total_tokens: number };
  };
  assert.deepEqual([choices[0]?.message.content, usage.total_tokens], ['Hi', 4]);

  const next = await ask('/v1/responses', { ...input, previous_response_id: 'resp_1' });
  assert.equal(next.status, 200, await next.text());
  assert.match(upstream.last.body.toString(), /"Hi"/, 'the gateway keeps responses in the place of the API');

  const short = await ask('/v1/responses', { model: 'broken', input: 'Hello' });
  assert.equal(short.status, 502, await short.text());
  const told = await ask('/v1/responses', { model: 'failing', input: 'Hello' });
  assert.ok(told.status >= 500, String(told.status));
  assert.match(await told.text(), /It broke/);
});

test('it keeps the contract', async () => {
  const results = await checkProvider(`${root}/providers/codex`);
  assert.ok(results.length > 10);
  assert.deepEqual(
    results.filter(({ ok }) => !ok),
    [],
  );
});
