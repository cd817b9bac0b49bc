// Limits of providers and accounts: what has no room for a request is passed over, and whoever is asked is counted.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { type LimitSettings, readLimits, usualOutput } from '../../src/core/index.ts';
import { claimsFor, usedOf } from '../ledger/limits/claims.ts';
import { HandClock } from '../support/clock.ts';
import { account, pluginEntry, root, TestGateway } from '../support/gateway.ts';
import { chunk, json, Upstream } from '../support/upstream.ts';

const asked = { model: 'model-a', messages: [{ role: 'user', content: 'What is the capital of France?' }] };
const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

describe('limits of accounts', async () => {
  const upstream = await Upstream.start(json({ usage }));
  after(() => upstream[Symbol.asyncDispose]());
  beforeEach(() => {
    upstream.answer = json({ usage });
    upstream.requests.length = 0;
  });

  interface Wanted {
    readonly accounts: Record<string, LimitSettings>;
    readonly provider?: LimitSettings;
    readonly attempts?: number;
    readonly prices?: object;
  }

  async function start({ accounts, provider, attempts = 5, prices = {} }: Wanted, clock = new HandClock()) {
    const list = Object.entries(accounts).map(([name, limits]) =>
      account(name, upstream.url, { limits: readLimits(limits) }),
    );
    return TestGateway.start(
      {
        providers: [{ name: 'up', url: upstream.url, accounts: list, limits: readLimits(provider) }],
        plugins: [pluginEntry('auth', { query: true }), pluginEntry('balancer', { strategy: 'fill-first', attempts })],
        prices,
      },
      clock,
    );
  }

  async function ask(portico: TestGateway, body: unknown = asked) {
    const before = portico.records.length;
    const response = await portico.post('/v1/chat/completions', body);
    const text = await response.text();
    await portico.recorded(before + 1);
    return { status: response.status, headers: response.headers, text, record: portico.records[before] };
  }

  const used = (portico: TestGateway, name: string, settings: LimitSettings) =>
    usedOf(portico.ledger, claimsFor(`account:up/${name}`, settings));
  const who = () => upstream.requests.map(({ headers }) => headers.authorization?.slice(-1)).join('');

  test('as much output is reserved as the plugin reserves where nothing is said', async () => {
    const schema = JSON.parse(await readFile(join(root, 'plugins/rate-limit/schema.json'), 'utf8'));
    assert.equal(usualOutput, schema.properties.reserveOutput.default);
    const gateway = await readFile(join(root, 'schemas/gateway.schema.json'), 'utf8');
    assert.ok(gateway.includes(`the output it allows itself, at most ${usualOutput}, until`));
  });

  test('an account at its limit is passed over for the next, and on the record', async () => {
    await using portico = await start({ accounts: { a: { requests: '2/m' }, b: {} } });
    for (let time = 0; time < 4; time += 1) assert.equal((await ask(portico)).status, 200);
    assert.equal(who(), 'aabb');
    const { attempts = [] } = portico.records[3] ?? {};
    const [passed, answered] = attempts;
    assert.deepEqual([passed?.account, passed?.sent, passed?.failure], ['a', false, 'rate-limit']);
    assert.equal(passed?.reason, 'The account up/a is at its limit of 2 requests per minute.');
    assert.deepEqual([answered?.account, answered?.sent, answered?.failure], ['b', true, undefined]);
  });

  test('where all are, the client gets 429 and the time of the first that will have room', async () => {
    const accounts = { a: { requests: '1/m' }, b: { requests: '1/h' } };
    await using portico = await start({ accounts }, new HandClock(1_700_000_000_000));
    await ask(portico);
    await ask(portico);
    const { status, headers, text, record } = await ask(portico);
    assert.deepEqual([status, headers.get('retry-after'), record?.error], [429, '40', 'upstream-rate-limited']);
    assert.match(
      text,
      /2 accounts: up\/\w at its limit of 1 request per \w+, up\/\w at its limit of 1 request per \w+\./,
    );
    assert.equal(upstream.requests.length, 2);
  });

  test('of many that are at their limits the client is told some', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `n${index}`);
    await using portico = await start({
      accounts: Object.fromEntries(names.map((name) => [name, { tokens: '1/day' }])),
    });
    const { text, record } = await ask(portico);
    assert.match(text, /30 accounts: up\/n0 at its limit .*, up\/n7 at its limit of 1 token per day and 22 more\./);
    assert.equal(record?.attempts.length, 30);
  });

  test('who is passed over takes none of the attempts', async () => {
    const full = { tokens: '1/day' };
    const accounts = { a: full, b: full, c: full, d: {} };
    await using portico = await start({ accounts, attempts: 1 });
    assert.equal((await ask(portico)).status, 200);
    upstream.answer = json({ error: { message: 'no' } }, 500);
    assert.equal((await ask(portico)).record?.attempts.length, 4);
  });

  test('a limit of the provider holds all its accounts together, and takes nothing from theirs', async () => {
    const each = { requests: '5/m' };
    await using portico = await start({ accounts: { a: each, b: each }, provider: { requests: '2/m' } });
    assert.equal((await ask(portico)).status, 200);
    assert.equal((await ask(portico)).status, 200);
    const { status, text } = await ask(portico);
    assert.equal(status, 429);
    assert.match(text, /up\/a at its limit of 2 requests per minute \(the provider's\)/);
    assert.deepEqual(await used(portico, 'a', each), [2]);
    assert.deepEqual(await used(portico, 'b', each), [0]);
  });

  test('a place is held until the last byte, and free then', async () => {
    const end = Promise.withResolvers<void>();
    upstream.answer = async (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(chunk({ choices: [{ index: 0, delta: { content: 'x' } }] }));
      await end.promise;
      res.end(`${chunk({ choices: [], usage })}data: [DONE]\n\n`);
    };
    const limits = { tokens: '100k/m', concurrency: 1 };
    await using portico = await start({ accounts: { a: limits } });
    const stream = await portico.post('/v1/chat/completions', { ...asked, stream: true });
    const { status, headers, text } = await ask(portico);
    assert.deepEqual([status, headers.get('retry-after')], [429, '1']);
    assert.match(text, /at its limit of 1 request at once/);
    end.resolve();
    await stream.text();
    await portico.recorded(2);
    assert.deepEqual(await used(portico, 'a', limits), [120, 0]);
  });

  test('what failed at one account frees it at once, and the other is counted what it used', async () => {
    const limits = { requests: '9/m', tokens: '100k/m', cost: '5 USD/day', concurrency: 1 };
    const prices = { models: [{ model: 'model-a', provider: undefined, price: { input: 2, output: 10 } }] };
    await using portico = await start({ accounts: { a: limits, b: limits }, prices });
    const atB = Promise.withResolvers<readonly number[]>();
    upstream.answer = async (res, seen) => {
      if (who().length === 1) return json({ error: { message: 'no' } }, 500)(res, seen);
      atB.resolve(await used(portico, 'a', limits));
      await json({ usage })(res, seen);
    };
    assert.equal((await ask(portico)).status, 200);
    assert.deepEqual(await atB.promise, [1, 0, 0, 0]);
    assert.deepEqual(await used(portico, 'b', limits), [1, 120, 400, 0]);
  });

  test('a client that leaves frees the account', async () => {
    const limits = { requests: '9/m', tokens: '100k/m', concurrency: 1 };
    await using portico = await start({ accounts: { a: limits } });
    upstream.answer = () => undefined;
    const leave = new AbortController();
    const arrived = upstream.next();
    const answer = portico.post('/v1/chat/completions', { ...asked, max_tokens: 300 }, { signal: leave.signal });
    await arrived;
    leave.abort();
    await assert.rejects(answer);
    await portico.recorded(1);
    const [requests, tokens = 0, concurrency] = await used(portico, 'a', limits);
    assert.deepEqual([requests, concurrency], [1, 0]);
    assert.ok(tokens > 300 && tokens < 360, `${tokens}`);
  });

  test('what is never sent takes nothing', async () => {
    const path = await mkdtemp(join(tmpdir(), 'portico-provider-'));
    await writeFile(join(path, 'index.ts'), "export default () => ({ prepare() { throw new Error('broken'); } });");
    const limits = { requests: '9/m' };
    const directory = { name: 'up', path, digest: '1', code: true };
    const accounts = [account('a', upstream.url, { limits: readLimits(limits) })];
    await using portico = await TestGateway.start({
      providers: [{ name: 'up', url: upstream.url, directory, accounts }],
    });
    assert.equal((await ask(portico)).status, 500);
    assert.deepEqual(await used(portico, 'a', limits), [0]);
    await rm(path, { recursive: true });
  });

  test('a hundred at once never pass a limit of ten', async () => {
    const held = Promise.withResolvers<void>();
    upstream.answer = async (res, seen) => {
      await held.promise;
      await json({ usage })(res, seen);
    };
    await using portico = await start({ accounts: { a: { concurrency: 6 }, b: { concurrency: 4 } } });
    const answers = Array.from({ length: 100 }, () => ask(portico));
    await portico.recorded(90);
    assert.equal(upstream.requests.length, 10);
    held.resolve();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, 10);
  });
});
