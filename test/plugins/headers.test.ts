// What headers change on the way: upstream, back to the client, on errors; and what may not be changed at all.
import assert from 'node:assert/strict';
import http from 'node:http';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Call } from 'portico';
import { template } from '../../plugins/headers/template.ts';
import { chainOf, errorsOf } from '../support/chain.ts';
import { secret, TestGateway } from '../support/gateway.ts';
import { json, Upstream } from '../support/upstream.ts';

const path = '/v1/chat/completions';
const chat = { model: 'model-a', messages: [] };

interface Rules {
  readonly add?: Record<string, string>;
  readonly set?: Record<string, string>;
  readonly remove?: readonly string[];
}

async function start(upstream: Upstream, settings: { request?: Rules; response?: Rules }, before: readonly string[]) {
  return TestGateway.start({
    providers: [{ name: 'up', url: upstream.url }],
    routes: [{ name: 'root' }, { name: 'wiki', paths: ['/wiki'], url: upstream.url }],
    plugins: await chainOf(...before, { headers: settings }, 'balancer'),
  });
}

describe('on the request', () => {
  test('headers are removed, then set, then added, for providers and plain forwards alike', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    const request = { remove: ['X-Gone'], set: { 'X-Set': 'ours' }, add: { 'x-more': 'two', 'x-new': 'one' } };
    await using portico = await start(upstream, { request }, ['auth']);
    const headers = { 'x-gone': '1', 'x-set': 'theirs', 'x-more': 'one', 'x-kept': 'kept' };
    await portico.post(path, chat, { headers });
    await portico.get('/wiki/page', headers);
    assert.equal(upstream.requests.length, 2);
    for (const { headers: seen } of upstream.requests) {
      assert.deepEqual(
        [seen['x-gone'], seen['x-set'], seen['x-more'], seen['x-new'], seen['x-kept']],
        [undefined, 'ours', 'one, two', 'one', 'kept'],
      );
    }
  });

  test('placeholders are filled in', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    const set = { 'x-all': '$call.id|$key.name|$route|$model|$client.ip|$$model' };
    await using portico = await start(upstream, { request: { set } }, ['auth']);
    const response = await portico.post(path, chat);
    const id = response.headers.get('x-portico-id');
    assert.equal(upstream.last.headers['x-all'], `${id}|test|root|model-a|127.0.0.1|$model`);
  });

  test('a placeholder without a value sends nothing, and nothing of the client’s in its place', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    const request = { set: { 'x-team': '$key.name' }, add: { 'x-other': 'team $key.name' } };
    await using portico = await start(upstream, { request }, []);
    await portico.post(path, chat, { headers: { 'x-team': 'forged', 'x-other': 'own' } });
    assert.equal(upstream.last.headers['x-team'], undefined);
    assert.equal(upstream.last.headers['x-other'], 'own');
    const model = { set: { 'x-model': '$model' } };
    await using other = await start(upstream, { request: model }, []);
    await other.get('/wiki/page');
    assert.equal(upstream.last.headers['x-model'], undefined);
  });

  test('a client cannot take a header away by calling it hop-by-hop', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    await using portico = await start(upstream, { request: { set: { 'x-team': '$key.name' } } }, ['auth']);
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${secret}`,
      connection: 'close, X-Team, x-hop',
      'x-hop': '1',
    };
    await new Promise<void>((resolve, reject) => {
      const request = http.request(portico.url + path, { method: 'POST', headers }, (response) => {
        response.resume().on('end', resolve);
      });
      request.on('error', reject).end(JSON.stringify(chat));
    });
    assert.equal(upstream.last.headers['x-team'], 'test');
    assert.equal(upstream.last.headers['x-hop'], undefined);
  });

  test('records and the rest of the log still tell what the client sent', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    await using portico = await start(upstream, { request: { set: { 'user-agent': 'portico' } } }, ['auth']);
    await portico.post(path, chat, { headers: { 'user-agent': 'theirs' } });
    await portico.recorded(1);
    assert.equal(upstream.last.headers['user-agent'], 'portico');
    assert.equal(portico.records[0]?.userAgent, 'theirs');
  });

  test('a wrong body is told as such, not as a failure of the plugin', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    await using portico = await start(upstream, { request: { set: { 'x-model': '$model' } } }, ['auth']);
    assert.equal((await portico.post(path, '{')).status, 400);
  });
});

describe('on the response', () => {
  const response = {
    remove: ['Server'],
    set: { 'X-Frame-Options': 'DENY', 'x-model': '$model' },
    add: { 'cache-control': 'private', 'x-list': 'b' },
  };

  test('headers of the upstream’s answer are removed, replaced and added to', async () => {
    await using upstream = await Upstream.start(
      json({ ok: true }, 200, { server: 'up', 'x-frame-options': 'SAMEORIGIN', 'x-list': 'a' }),
    );
    await using portico = await start(upstream, { response }, ['auth']);
    const answer = await portico.post(path, chat);
    const told = ['server', 'x-frame-options', 'x-model', 'cache-control', 'x-list'].map((name) =>
      answer.headers.get(name),
    );
    assert.deepEqual(told, [null, 'DENY', 'model-a', 'private', 'a, b']);
    assert.deepEqual(await answer.json(), { ok: true });
  });

  test('errors carry them too, whether the gateway or the upstream made them', async () => {
    await using upstream = await Upstream.start(json({}, 400));
    await using portico = await start(upstream, { response }, []);
    for (const body of [chat, { messages: [] }]) {
      const answer = await portico.post(path, body);
      assert.equal(answer.status, 400);
      assert.equal(answer.headers.get('x-frame-options'), 'DENY');
      assert.equal(answer.headers.get('x-list'), 'b');
    }
  });

  test('no body is read for the name of a model', async () => {
    await using upstream = await Upstream.start(json({}));
    const plugins = await chainOf({ headers: { response } }, 'auth', 'balancer');
    await using portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }], plugins });
    const answer = await portico.post(path, '{', { headers: { authorization: 'Bearer nope' } });
    assert.deepEqual([answer.status, answer.headers.get('x-model')], [401, null]);
    await portico.recorded(1);
    assert.equal(portico.records[0]?.bytesIn, 0);
  });
});

describe('what clients choose cannot break a header', () => {
  test('any model name gives plain ASCII', () => {
    const { fill } = template('a $model b');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (model) => {
        const filled = fill({} as Call, model) ?? '';
        assert.match(filled, /^a [\x20-\x7e]+ b$/);
        http.validateHeaderValue('x-model', filled);
      }),
    );
    assert.equal(fill({} as Call, 'x\r\ny: ü\ud800'), 'a x%0D%0Ay: %C3%BC%EF%BF%BD b');
  });

  test('a name with dollars is not filled in again', () => {
    assert.equal(template('$model').fill({} as Call, '$call.id'), '$call.id');
  });
});

describe('at load', () => {
  const everywhere = (side: string, names: readonly string[]) => {
    const values = Object.fromEntries(names.map((name) => [name, 'x']));
    return errorsOf({ headers: { [side]: { set: values, add: values, remove: names } } });
  };

  test('hop-by-hop headers, credentials and the gateway’s own are refused in any spelling', async () => {
    const both = ['Connection', 'TE', 'transfer-encoding', 'Content-Length', 'content-encoding', 'Upgrade'];
    const request = ['Authorization', 'X-API-Key', 'x-goog-api-key', 'api-key', 'Cookie', 'Host', 'X-Forwarded-For'];
    for (const [side, names] of [
      ['request', [...both, ...request]],
      ['response', [...both, 'X-Portico-Id', 'x-portico-dropped']],
    ] as const) {
      const errors = await everywhere(side, names);
      assert.equal(errors.filter((error) => /cannot be changed here$/.test(error)).length, names.length * 3, side);
    }
    assert.deepEqual(await everywhere('request', ['x-authorization', 'x-te', 'hosts']), []);
    assert.deepEqual(await everywhere('response', ['set-cookie', 'authorization', 'x-portico']), []);
  });

  test('unknown placeholders and what a header cannot hold are refused', async () => {
    const errors = (values: readonly string[]) => {
      const set = Object.fromEntries(values.map((value, index) => [`x-${index}`, value]));
      return errorsOf({ headers: { request: { set } } });
    };
    const wrong = ['$nobody', '$key', '$models', '$key.names', '5 $', 'a\nb', 'ü', ' x'];
    const told = await errors(wrong);
    assert.equal(told.filter((error) => /must be plain text, where/.test(error)).length, wrong.length);
    assert.deepEqual(await errors(['', '$$5', '$model-$route.', 'a, b; c="d"']), []);
    assert.match((await errorsOf({ headers: { request: { set: { 'x a': 'b' } } } })).join(), /not a valid name/);
  });
});
