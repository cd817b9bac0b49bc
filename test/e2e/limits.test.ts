// A hundred at once at a limit of ten, over connections that the kernel spreads over two data threads: ten pass.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { chunk, events, Upstream } from '../support/upstream.ts';
import { Home, until } from './home.ts';

const said = chunk({ choices: [{ index: 0, delta: { content: 'x' }, finish_reason: 'stop' }] });
const done = 'data: [DONE]\n\n';

describe('a hundred requests at once', { timeout: 60_000 }, async () => {
  const upstream = await Upstream.start(events(said, done));
  const home = await Home.make(`
listeners: [{ name: api, port: 0 }]
threads: 2
providers:
  - { name: up, use: openai-compatible, baseUrl: "${upstream.url}/v1", models: "*", accounts: [{ name: main, apiKey: k }] }
routes:
  - { name: held, paths: [/held], limits: { concurrency: 10, requests: 1000/h } }
  - { name: counted, paths: [/counted], limits: { requests: 10/h, concurrency: 1000 } }
  - { name: both, paths: [/both], limits: { requests: 1000/h, tokens: 1M/h } }
plugins: [auth, { rate-limit: { rules: [{ name: ten, per: route, models: [ten], limits: { rate: { limit: 1/h, burst: 10 } } }] } }, balancer]
`);
  after(async () => {
    await home[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  await home.start();

  function ask(route: string, model = 'm'): Promise<Response> {
    return home.post(`/${route}/v1/chat/completions`, { model, stream: true, messages: [] });
  }

  /** Those that pass, of a hundred. */
  async function passing(route: string, model?: string): Promise<readonly Response[]> {
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(route, model)));
    const passed = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    assert.equal(passed.length + refused.length, 100, JSON.stringify(answers.map(({ status }) => status)));
    await Promise.all(refused.map((answer) => answer.text()));
    return passed;
  }

  test('that stay: ten are let in, and ten more when they have ended', async () => {
    for (let round = 0; round < 3; round += 1) {
      const end = Promise.withResolvers<void>();
      upstream.answer = async (res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write(said);
        await end.promise;
        res.end(done);
      };
      const passed = await passing('held');
      assert.equal(passed.length, 10, `round ${round}`);
      assert.equal(home.inFlight, 10);
      end.resolve();
      await Promise.all(passed.map((answer) => answer.text()));
      await until(() => home.inFlight === 0);
    }
    // They were spread: connections stay open, and each thread says how many it has.
    await until(() => home.running.status().threads.every(({ pulse }) => (pulse?.connections ?? 0) > 0));
  });

  test('that are counted: ten, and none after', async () => {
    upstream.answer = events(said, done);
    const passed = await passing('counted');
    await Promise.all(passed.map((answer) => answer.text()));
    assert.equal(passed.length, 10);
    assert.equal((await passing('counted')).length, 0);
    // Nobody who was refused has kept a place.
    await until(() => home.inFlight === 0);
  });

  test('at a sliding rate: its burst, and what was refused is counted nowhere', async () => {
    upstream.answer = events(said, chunk({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } }), done);
    const passed = await passing('both', 'ten');
    await Promise.all(passed.map((answer) => answer.text()));
    assert.equal(passed.length, 10);
    await until(() => home.inFlight === 0);
    const next = await ask('both');
    assert.equal(next.headers.get('x-ratelimit-remaining-requests'), '989');
    // Ten have used ten each; this one reserves its own.
    const left = Number(next.headers.get('x-ratelimit-remaining-tokens'));
    assert.ok(left > 998_850 && left < 998_900, `${left}`);
    await next.text();
  });

  test('with a reload between: counts stay', async () => {
    const { revision } = home.running;
    const text = await readFile(home.file, 'utf8');
    await home.replace('gateway.yaml', text.replace('requests: 10/h', 'requests: 12/h'));
    await until(() => home.running.revision !== revision);
    const passed = await passing('counted');
    await Promise.all(passed.map((answer) => answer.text()));
    assert.equal(passed.length, 2);
  });
});
