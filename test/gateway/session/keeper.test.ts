// What goes on from a response that an upstream keeps goes to the account that keeps it, whatever the strategy says.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { account, TestGateway } from '../../support/gateway.ts';
import { json, type Seen, Upstream } from '../../support/upstream.ts';

const event = (data: { type: string }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

describe('a response that an upstream keeps', async () => {
  let made = 0;
  const upstream = await Upstream.start((res, seen) => {
    const id = `resp_${++made}_0123456789`;
    const { stream } = JSON.parse(seen.body.toString()) as { stream?: boolean };
    const response = { id, object: 'response', status: 'completed', output: [] };
    if (stream !== true) return json(response)(res, seen);
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(event({ type: 'response.created', response: { ...response, status: 'in_progress' } } as never));
    res.end(event({ type: 'response.completed', response } as never));
  });
  const stateless = {
    manifest: {
      title: 'up',
      auth: { kind: 'header', name: 'authorization', prefix: 'Bearer ' },
      dialects: { 'openai-responses': { state: false } },
    },
  };
  const names = ['a', 'b', 'c'].map((name) => account(name, upstream.url));
  const portico = await TestGateway.start({
    providers: [
      { name: 'up', url: upstream.url, accounts: names },
      { name: 'forgetful', url: upstream.url, accounts: names, ...(stateless as object) },
    ],
    keys: [{}],
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  const who = ({ headers }: Seen) => headers.authorization?.slice(-1);
  async function ask(body: object): Promise<{ id: string; by: string | undefined; status: number; text: string }> {
    const response = await portico.post('/v1/responses', { model: 'up/model-a', input: 'hello', ...body });
    const text = await response.text();
    return { id: /resp_\d+_\d+/.exec(text)?.[0] ?? '', by: who(upstream.last), status: response.status, text };
  }

  for (const stream of [false, true]) {
    test(`is gone on from at its account: ${stream ? 'streamed' : 'whole'}`, async () => {
      const first = await ask({ stream });
      for (let time = 0; time < 4; time += 1) {
        const next = await ask({ stream, previous_response_id: first.id });
        assert.equal(next.by, first.by);
        assert.equal((await ask({ stream, previous_response_id: next.id })).by, first.by);
      }
    });
  }

  test('others take their turns, and so do ids that nobody has seen', async () => {
    const seen = new Set<string | undefined>();
    for (let time = 0; time < 6; time += 1) seen.add((await ask({ previous_response_id: 'resp_elsewhere' })).by);
    assert.equal(seen.size, 3);
  });

  test('what the gateway keeps in the upstream’s place any account can go on from', async () => {
    const model = 'forgetful/model-a';
    const { id } = await ask({ model });
    const seen = new Set<string | undefined>();
    for (let time = 0; time < 6; time += 1) seen.add((await ask({ model, previous_response_id: id })).by);
    assert.equal(seen.size, 3);
  });

  test('while that account cools no other is asked: the client is told when to come again', async () => {
    const first = await ask({});
    const watch = portico.ledger.health.begin({ ...target, account: first.by ?? '' });
    const cause = { cause: 'rate-limit', scope: 'account', status: 429, hintMs: 30_000 } as const;
    watch.cool({ ...cause, firstMs: 1, mostMs: 60_000 });
    watch.end();
    const before = upstream.requests.length;
    const told = await ask({ previous_response_id: first.id });
    assert.equal(told.status, 429);
    assert.match(told.text, /cooling \d+ s after 429, .* does not keep the response that this goes on from/);
    assert.equal(upstream.requests.length, before);
  });
});

const target = { provider: 'up', account: '', model: 'model-a', priority: 0, weight: 1 };

describe('who made what', () => {
  test('is known in every thread, and by the whole name', () => {
    const memory = createMemory();
    const [one, other] = [0, 1].map((thread) => new SharedLedger(memory, thread).makers);
    one?.remember('key\nresp_1', 'up/a');
    const isMaker = other?.recall('key\nresp_1');
    assert.deepEqual([isMaker?.('up/a'), isMaker?.('up/b')], [true, false]);
    assert.equal(other?.recall('other\nresp_1'), undefined);
    one?.remember('key\nresp_1', 'up/b');
    assert.equal(other?.recall('key\nresp_1')?.('up/b'), true);
  });

  test('is bounded: what is new takes the place of something else', () => {
    const { makers } = new SharedLedger(createMemory(), 0);
    const names = Array.from({ length: 200_000 }, (_, index) => `k\nresp_${index}`);
    for (const name of names) makers.remember(name, 'up/a');
    assert.equal(makers.recall('k\nresp_199999')?.('up/a'), true);
    const known = names.filter((name) => makers.recall(name) !== undefined).length;
    assert.ok(known > 90_000 && known <= 131_072, `${known}`);
  });
});
