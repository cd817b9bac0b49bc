// Keys and routes that are bound to accounts: never another account, in no list what they cannot reach, and one key's
// candidates are not another's.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, beforeEach, describe, test } from 'node:test';
import { account, pluginEntry, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { group, ids } from './map.ts';

const secretOf = (name: string) => `sk-${name}-0123456789abcdef`;
const keyed = (name: string, accounts?: readonly string[]) => ({
  name,
  hash: hash('sha256', secretOf(name), 'hex'),
  ...(accounts === undefined ? {} : { accounts }),
});

describe('bindings', async () => {
  const upstream = await Upstream.start(json({}));
  const { url } = upstream;
  const portico = await TestGateway.start({
    plugins: [pluginEntry('auth', { query: true }), pluginEntry('translator'), pluginEntry('balancer')],
    providers: [
      {
        name: 'one',
        url,
        models: ids('m', 'large', 'secret'),
        accounts: [
          account('a', url, { exclude: ['secret'], tags: ['eu'] }),
          account('b', url, { models: ['m', 'secret'] }),
        ],
      },
      { name: 'two', url, models: ids('m'), accounts: [account('c', url)] },
    ],
    models: [group('fast', ['large']), group('safe', [{ model: 'm', accounts: ['tag:eu'] }])],
    keys: [keyed('free'), keyed('a', ['one/a']), keyed('b', ['one/b']), keyed('limited', ['two/*'])].map((key) =>
      key.name === 'limited' ? { ...key, models: ['m', 'large'] } : key,
    ),
    routes: [{ name: 'root' }, { name: 'eu', paths: ['/eu'], accounts: ['tag:eu'] }],
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    upstream.answer = json({});
    upstream.requests.length = 0;
  });

  const ask = (key: string, model: string, prefix = '') =>
    portico.post(
      `${prefix}/v1/chat/completions`,
      { model, messages: [] },
      { headers: { authorization: `Bearer ${secretOf(key)}` } },
    );
  const accountsAsked = () => new Set(upstream.requests.map(({ headers }) => headers.authorization));

  async function refusal(key: string, model: string, prefix = ''): Promise<[number, string]> {
    const answered = await ask(key, model, prefix);
    const { error } = (await answered.json()) as { error: { message: string } };
    return [answered.status, error.message.replace(/ \(request id: .*\)$/, '')];
  }

  test('a key gets its accounts, whoever asked before', async () => {
    for (const key of ['free', 'a', 'b', 'a', 'b', 'limited']) {
      upstream.requests.length = 0;
      for (let at = 0; at < 6; at += 1) assert.equal((await ask(key, 'm')).status, 200);
      const expected = { free: 3, a: 1, b: 1, limited: 1 }[key];
      assert.equal(accountsAsked().size, expected, key);
      if (key === 'a') assert.deepEqual([...accountsAsked()], ['Bearer up-a']);
    }
  });
  test('a key whose accounts do not serve the model is told so, and nobody is asked', async () => {
    const [status, message] = await refusal('b', 'large');
    assert.equal(status, 503);
    assert.equal(
      message,
      'No account can serve this request: one/a: not bound to this key; one/b: does not serve large.',
    );
    assert.deepEqual(await refusal('limited', 'one/m'), [403, 'This API key may not use the model "one/m".']);
    assert.equal(upstream.requests.length, 0);
  });
  test('a key whose account fails gets its failure, not another account', async () => {
    upstream.answer = json({ error: { message: 'busy' } }, 429);
    assert.equal((await ask('b', 'm')).status, 429);
    assert.deepEqual([...accountsAsked()], ['Bearer up-b']);
  });
  test('a route reaches its accounts only, together with the key’s', async () => {
    assert.equal((await ask('a', 'm', '/eu')).status, 200);
    const [status, message] = await refusal('b', 'm', '/eu');
    assert.deepEqual(
      [status, message.split(': ').slice(1).join(': ')],
      [503, 'one/a: not bound to this key; one/b: not bound to this route; two/c: not bound to this key.'],
    );
  });
  test('a target keeps to its accounts', async () => {
    for (let at = 0; at < 4; at += 1) assert.equal((await ask('free', 'safe')).status, 200);
    assert.deepEqual([...accountsAsked()], ['Bearer up-a']);
  });
  test('a key may say how much a model of its list shall think, and nothing else', async () => {
    assert.equal((await ask('limited', 'm(high)')).status, 200);
    assert.equal((await ask('limited', 'safe(high)')).status, 403);
  });
  test('lists show what a key reaches', async () => {
    const listed = async (key: string, prefix = '') => {
      const answered = await portico.get(`${prefix}/v1/models`, { authorization: `Bearer ${secretOf(key)}` });
      return ((await answered.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
    };
    assert.deepEqual(await listed('free'), ['fast', 'safe', 'm', 'large', 'secret']);
    assert.deepEqual(await listed('a'), ['fast', 'safe', 'm', 'large']);
    assert.deepEqual(await listed('b'), ['m', 'secret']);
    assert.deepEqual(await listed('limited'), ['m']);
    assert.deepEqual(await listed('free', '/eu'), ['fast', 'safe', 'm', 'large']);
  });
});

test('what names no model goes to the accounts of its key too, and to no other', async () => {
  const upstream = await Upstream.start(json({ data: [] }));
  const { url } = upstream;
  const manifest = {
    title: 'files',
    auth: { kind: 'header', name: 'authorization', prefix: 'Bearer ' },
    dialects: { 'openai-chat': { operations: ['chat', 'files'] } },
  } as const;
  const portico = await TestGateway.start({
    providers: [
      { name: 'one', url, manifest, accounts: [account('a', url, { priority: 2 }), account('b', url)] },
      { name: 'two', url, manifest, accounts: [account('c', url)] },
    ],
    keys: [keyed('free'), keyed('b', ['one/b']), keyed('none', ['two/x'])],
  });
  const list = async (key: string) => {
    const answered = await portico.get('/v1/files', { authorization: `Bearer ${secretOf(key)}` });
    const { error } = (await answered.json()) as { error?: { code: string; message: string } };
    return [answered.status, error?.message.replace(/ \(request id: .*\)$/, '')];
  };
  try {
    assert.deepEqual(await list('b'), [200, undefined]);
    assert.equal(upstream.last.headers.authorization, 'Bearer up-b');
    assert.equal((await list('free'))[0], 400);
    assert.deepEqual(await list('none'), [
      503,
      'No account can serve this request: one/a: not bound to this key; one/b: not bound to this key; two/c: not bound to this key.',
    ]);
    assert.equal(upstream.requests.length, 1);
  } finally {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  }
});
