// Which limits a request is held to, and that all of them are taken or none.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import rateLimit from '../../../plugins/rate-limit/index.ts';
import type { CallContext, Host } from '../../../src/core/index.ts';
import { readLimits } from '../../../src/core/index.ts';
import { chainOf } from '../../support/chain.ts';
import { HandClock } from '../../support/clock.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { ask, asked, messageOf, start, startedAt, statuses, usage, used, wantedOf } from './limited.ts';

describe('limits', async () => {
  const upstream = await Upstream.start(json({ usage }));
  after(() => upstream[Symbol.asyncDispose]());

  test('of a key: what is over is told, and free again when the window turns', async () => {
    const clock = new HandClock(startedAt);
    await using portico = await start(upstream, { key: { requests: '2/m' } }, clock);
    assert.deepEqual(await statuses(portico, 2), [200, 200]);
    const over = await ask(portico);
    assert.equal(over.status, 429);
    assert.equal(messageOf(over.text), 'Key test: 2 requests per minute are used up; free again in 40 s.');
    assert.equal(over.headers.get('retry-after'), '40');
    assert.equal(portico.counts.get('plugin_rate_limit_rejected key requests'), 1);
    assert.equal(portico.records.at(-1)?.error, 'rate-limited');
    clock.advance(39_999);
    assert.equal((await ask(portico)).status, 429);
    clock.advance(1);
    assert.equal((await ask(portico)).status, 200);
  });

  test('of a route count all its keys together', async () => {
    const limits = readLimits(undefined);
    const keys = ['one', 'two'].map((name) => ({ name, hash: name, limits }));
    await using portico = await start(upstream, { route: { rate: { limit: '1/s', burst: 2 } }, keys: [{}, ...keys] });
    assert.deepEqual(await statuses(portico, 2), [200, 200]);
    const over = await ask(portico);
    assert.equal(messageOf(over.text), 'Route root: 1 request per second is used up; free again in 1 s.');
    assert.equal(portico.counts.get('plugin_rate_limit_rejected route rate'), 1);
  });

  test('are taken together or not at all', async () => {
    const key = { requests: '5/m', tokens: '100k/m', concurrency: 3 };
    await using portico = await start(upstream, { key, route: { requests: '1/m' } });
    assert.deepEqual(await statuses(portico, 3), [200, 429, 429]);
    assert.deepEqual(await used(portico, 'key:test', key), [1, 120, 0]);
    assert.deepEqual(await used(portico, 'route:root', { requests: '1/m' }), [1]);
  });

  test('keep their counts over a reload, whatever their amount becomes', async () => {
    const clock = new HandClock(startedAt);
    await using portico = await start(upstream, { key: { requests: '2/m' } }, clock);
    assert.deepEqual(await statuses(portico, 3), [200, 200, 429]);
    const limited = { key: { requests: '3/m' }, settings: { reserveOutput: 7 } };
    await portico.load({ ...(await wantedOf(upstream, limited)), generation: 2 });
    assert.deepEqual(await statuses(portico, 2), [200, 429]);
  });

  test('hold a forward route to requests, and count no tokens of it', async () => {
    const key = { requests: '2/m', tokens: '10/m' };
    const routes = [{ name: 'plain', paths: ['/'], url: upstream.url, limits: readLimits({ concurrency: 1 }) }];
    await using portico = await start(upstream, { key, routes });
    assert.deepEqual(await statuses(portico, 3), [200, 200, 429]);
    assert.deepEqual(await used(portico, 'key:test', key), [2, 0]);
  });

  test('count token counts as requests only, and model lists and OPTIONS not at all', async () => {
    const key = { requests: '2/m', tokens: '10/m' };
    await using portico = await start(upstream, { key });
    assert.equal((await portico.get('/v1/models')).status, 200);
    const options = await fetch(`${portico.url}/v1/chat/completions`, { method: 'OPTIONS' });
    await options.text();
    assert.deepEqual(await used(portico, 'key:test', key), [0, 0]);
    await (await portico.post('/v1/messages/count_tokens', asked)).text();
    await portico.recorded(3);
    assert.deepEqual(await used(portico, 'key:test', key), [1, 0]);
  });

  test('may be a shadow for one key', async () => {
    const plugins = { 'rate-limit': { settings: { mode: 'shadow' } } };
    const keys = [{ limits: readLimits({ requests: '1/m', tokens: '10k/day' }), plugins }];
    await using portico = await start(upstream, { keys });
    const answers = [await ask(portico), await ask(portico)];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    assert.ok(answers.every(({ headers }) => headers.get('x-ratelimit-limit-requests') === null));
    assert.equal(portico.counts.get('plugin_rate_limit_shadowed key tokens'), undefined);
    assert.equal(portico.counts.get('plugin_rate_limit_shadowed key requests'), 1);
    const told = portico.lines.find(({ message }) => message === 'a request would be refused');
    assert.match(String(told?.fields?.message), /^Key test: 1 request per minute/);
    assert.equal(told?.fields?.call, portico.records[1]?.id);
  });

  test('of a shadow let through what has no price, and leave other errors as they are', async () => {
    const wanted = { key: { cost: '5 USD/day' }, settings: { mode: 'shadow' }, prices: {} };
    await using portico = await start(upstream, wanted);
    assert.deepEqual(await statuses(portico, 1), [200]);
    assert.deepEqual(await statuses(portico, 1, '{"model":'), [400]);
    const told = portico.lines.filter(({ message }) => message === 'a request would be refused');
    assert.deepEqual(
      told.map(({ fields }) => fields?.code),
      ['price-unknown'],
    );
  });

  test('of a rule may differ by route: the count is one', async () => {
    const rule = { name: 'all', per: 'all', limits: { requests: '1/m' } };
    const override = { 'rate-limit': { settings: { rules: [{ ...rule, limits: { requests: '2/m' } }] } } };
    const routes = [
      { name: 'root', paths: ['/'] },
      { name: 'more', paths: ['/more'], plugins: override },
    ];
    await using portico = await start(upstream, { settings: { rules: [rule] }, routes });
    assert.deepEqual(await statuses(portico, 2), [200, 429]);
    const more = async () => (await portico.post('/more/v1/chat/completions', asked)).status;
    assert.deepEqual([await more(), await more()], [200, 429]);
  });
});

test('a request that nothing limits goes straight on', async () => {
  const host = { ledger: new Proxy({}, { get: () => assert.fail('asked') }) } as unknown as Host;
  const [{ settings } = assert.fail()] = await chainOf('rate-limit');
  const handler = await rateLimit(settings as never, host);
  const passed = Promise.resolve('passed');
  const ctx = { call: { limits: [], key: { limits: [] } } } as unknown as CallContext;
  assert.equal(
    handler(ctx, () => passed),
    passed,
  );
});
