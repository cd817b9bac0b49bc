// Who is let in: by the client's address, which a listener's trusted proxies may name; and the form of a range.
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import schema from '../../plugins/ip-filter/schema.json' with { type: 'json' };
import gateway from '../../schemas/gateway.schema.json' with { type: 'json' };
import { chainOf, errorsOf } from '../support/chain.ts';
import { TestGateway } from '../support/gateway.ts';
import { json, Upstream } from '../support/upstream.ts';

describe('the schema', () => {
  const pattern = new RegExp(schema.$defs.range.pattern, 'u');

  test('takes an address exactly when it is one', () => {
    const group = fc.constantFrom('', '0', 'db8', 'ffff', '12345', 'g', '1');
    const texts = fc.oneof(
      fc.ipV4(),
      fc.array(group, { minLength: 1, maxLength: 10 }).map((groups) => groups.join(':')),
      fc
        .tuple(fc.array(fc.constantFrom('1', 'ab'), { maxLength: 8 }), fc.array(fc.constant('c'), { maxLength: 8 }))
        .map(([before, after]) => `${before.join(':')}::${after.join(':')}`),
      fc
        .array(fc.constantFrom('0', '01', '9', '255', '256', ''), { minLength: 3, maxLength: 5 })
        .map((bytes) => bytes.join('.')),
    );
    fc.assert(
      fc.property(texts, (text) => assert.equal(pattern.test(text), isIP(text) !== 0, text)),
      { numRuns: 3000 },
    );
  });

  test('names what is no range, in every list', async () => {
    const wrong = ['10.0.0.0/33', '2001:db8::/129', '10.0.0.256', 'localhost', '10.0.0.0/', '1::2::3', '10.0.0.0/08'];
    const errors = await errorsOf({ 'ip-filter': { allow: wrong, deny: wrong } });
    const told = errors.filter((error) => /^must be an address or a range in CIDR notation/.test(error));
    assert.equal(told.length, wrong.length * 2);
    assert.deepEqual(await errorsOf({ 'ip-filter': { allow: ['::1', '10.0.0.0/8', '::/0', 'fe80::/10'] } }), []);
  });

  test('is the same for ranges of listeners', () => {
    assert.equal(gateway.$defs.range.pattern, schema.$defs.range.pattern);
  });
});

describe('at the gateway', () => {
  const start = async (upstream: Upstream, settings: Record<string, unknown>, trustedProxies: readonly string[] = []) =>
    TestGateway.start({
      listener: { trustedProxies },
      providers: [{ name: 'up', url: upstream.url }],
      plugins: await chainOf({ 'ip-filter': settings }, 'balancer'),
    });
  const ask = (portico: TestGateway, forwarded?: string) =>
    portico.post(
      '/v1/chat/completions',
      { model: 'model-a' },
      {
        headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      },
    );

  const trusted = ['127.0.0.1'];
  const settings: [string, Record<string, unknown>, string | undefined, number, (readonly string[])?][] = [
    ['nothing set lets everybody in', {}, undefined, 200],
    ['nothing set lets in who cannot be told', {}, 'unknown', 200, trusted],
    ['allow lets its own in', { allow: ['127.0.0.0/8'] }, undefined, 200],
    ['allow keeps others out', { allow: ['10.0.0.0/8'] }, undefined, 403],
    ['deny keeps its own out', { deny: ['127.0.0.1'] }, undefined, 403],
    ['deny lets others in', { deny: ['10.0.0.0/8'] }, undefined, 200],
    ['deny beats allow', { allow: ['127.0.0.0/8'], deny: ['127.0.0.1'] }, undefined, 403],
    ['a header from anybody changes nothing', { allow: ['10.0.0.0/8'] }, '10.0.0.1', 403],
    ['one from a trusted proxy does', { allow: ['10.0.0.0/8'] }, '10.0.0.1', 200, trusted],
    ['who cannot be told is kept out', { deny: ['10.0.0.0/8'] }, 'unknown', 403, trusted],
  ];
  for (const [name, wanted, forwarded, status, proxies] of settings) {
    test(name, async () => {
      await using upstream = await Upstream.start(json({ ok: true }));
      await using portico = await start(upstream, wanted, proxies);
      const response = await ask(portico, forwarded);
      assert.equal(response.status, status);
      assert.equal(upstream.requests.length, status === 200 ? 1 : 0);
      if (status === 200) return;
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      assert.equal(error.code, 'ip_not_allowed');
      assert.doesNotMatch(error.message, /127\.0\.0\.1/);
      assert.equal(portico.records[0]?.error, 'ip-not-allowed');
    });
  }

  test('shadow lets everybody in and says who would not have been', async () => {
    await using upstream = await Upstream.start(json({ ok: true }));
    await using portico = await start(upstream, { mode: 'shadow', deny: ['10.0.0.0/8'] }, trusted);
    assert.equal((await ask(portico, '10.1.1.1')).status, 200);
    const line = portico.lines.find(({ source }) => source === 'ip-filter');
    assert.equal(line?.message, 'an address would be refused');
    const { address, reason } = line?.fields ?? {};
    assert.deepEqual([address, reason], ['10.1.1.1', 'in deny']);
    assert.equal(portico.records[0]?.clientIp, '10.1.1.1');
  });
});
