// Who is let in: by the peer's address, by X-Forwarded-For only where proxies are trusted, IPv4 and IPv6 alike.
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonical, ranges } from '../../plugins/ip-filter/ranges.ts';
import schema from '../../plugins/ip-filter/schema.json' with { type: 'json' };
import { sender } from '../../plugins/ip-filter/sender.ts';
import { chainOf, errorsOf } from '../support/chain.ts';
import { TestGateway } from '../support/gateway.ts';
import { json, Upstream } from '../support/upstream.ts';

describe('ranges', () => {
  const cases: [string, string, boolean][] = [
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '10.0.0.1', false],
    ['::/0', '::ffff:10.0.0.1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['2001:DB8:0::1', '2001:db8::1', true],
    ['10.0.0.0/8', '::ffff:10.1.1.1', true],
    ['10.0.0.0/8', '::ffff:a01:101', true],
    ['::ffff:a00:0/104', '10.1.1.1', true],
    ['::ffff:a00:0/104', '11.1.1.1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
  ];
  for (const [range, address, inside] of cases) {
    test(`${address} is ${inside ? '' : 'not '}in ${range}`, () => {
      assert.equal(ranges([range])(canonical(address) ?? ''), inside);
    });
  }

  test('every address is in its own ranges of any length, however it is mapped', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), fc.nat(32), fc.nat(128), (four, six, short, long) => {
        assert.ok(ranges([`${four}/${short}`])(canonical(`::ffff:${four}`) ?? ''));
        const address = canonical(six) ?? '';
        const bits = address.includes(':') ? long : Math.max(long, 96);
        assert.ok(ranges([`${six}/${bits}`])(address), `${six}/${bits}`);
      }),
      { numRuns: 300 },
    );
  });
});

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
    const errors = await errorsOf({ 'ip-filter': { allow: wrong, deny: wrong, trustedProxies: wrong } });
    const told = errors.filter((error) => /^must be an address or a range in CIDR notation/.test(error));
    assert.equal(told.length, wrong.length * 3);
    assert.deepEqual(await errorsOf({ 'ip-filter': { allow: ['::1', '10.0.0.0/8', '::/0', 'fe80::/10'] } }), []);
  });

  test('what it lets through by mistake names itself', () => {
    assert.throws(() => ranges(['nonsense/8']), /"nonsense\/8" is neither/);
    assert.throws(() => ranges(['::ffff:a00:0/64']), /"::ffff:a00:0\/64" is not a range/);
  });
});

describe('the sender behind proxies', () => {
  const trusted = ranges(['10.0.0.0/8', '2001:db8::/32']);
  const cases: [string, string, string | undefined, string | undefined][] = [
    ['nobody forwards', '203.0.113.1', undefined, '203.0.113.1'],
    ['a peer that is not trusted is not believed', '203.0.113.1', '198.51.100.1', '203.0.113.1'],
    ['a trusted one is', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['what the client wrote on the left counts for nothing', '10.0.0.1', '192.0.2.66, 198.51.100.1', '198.51.100.1'],
    ['trusted proxies are walked past', '10.0.0.1', '192.0.2.66,198.51.100.1 , 10.0.0.7', '198.51.100.1'],
    ['where all are trusted it is the first', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['mapped peers and hops are the same', '::ffff:10.0.0.1', '::ffff:198.51.100.1, ::ffff:a00:2', '198.51.100.1'],
    ['ports are taken off', '10.0.0.1', '[2001:4860::1]:4711, 10.0.0.2:80', '2001:4860::1'],
    ['brackets alone too', '10.0.0.1', '[2001:4860::1]', '2001:4860::1'],
    ['IPv6 proxies', '2001:db8::5', '198.51.100.1', '198.51.100.1'],
    ['what is no address is nobody', '10.0.0.1', '198.51.100.1, unknown', undefined],
    ['an empty hop is nobody', '10.0.0.1', '198.51.100.1,', undefined],
    ['a socket without address is nobody', '', '198.51.100.1', undefined],
  ];
  for (const [name, peer, header, expected] of cases) {
    test(name, () => assert.equal(sender(peer, header, trusted), expected));
  }

  test('nothing a client writes makes it anybody else', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), fc.array(fc.nat(255)), (written, proxies) => {
        const hops = [...written, '198.51.100.1', ...proxies.map((last) => `10.0.0.${last}`)];
        assert.equal(sender('10.0.0.1', hops.join(', '), trusted), '198.51.100.1');
      }),
    );
  });
});

describe('at the gateway', () => {
  const start = async (upstream: Upstream, settings: Record<string, unknown>) =>
    TestGateway.start({
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

  const settings: [string, Record<string, unknown>, string | undefined, number][] = [
    ['nothing set lets everybody in', {}, undefined, 200],
    ['only trusted proxies set lets everybody in', { trustedProxies: ['127.0.0.1'] }, 'unknown', 200],
    ['allow lets its own in', { allow: ['127.0.0.0/8'] }, undefined, 200],
    ['allow keeps others out', { allow: ['10.0.0.0/8'] }, undefined, 403],
    ['deny keeps its own out', { deny: ['127.0.0.1'] }, undefined, 403],
    ['deny lets others in', { deny: ['10.0.0.0/8'] }, undefined, 200],
    ['deny beats allow', { allow: ['127.0.0.0/8'], deny: ['127.0.0.1'] }, undefined, 403],
    ['a header from anybody changes nothing', { allow: ['10.0.0.0/8'] }, '10.0.0.1', 403],
    ['one from a trusted proxy does', { allow: ['10.0.0.0/8'], trustedProxies: ['127.0.0.1'] }, '10.0.0.1', 200],
    ['who cannot be told is kept out', { deny: ['10.0.0.0/8'], trustedProxies: ['127.0.0.1'] }, 'unknown', 403],
  ];
  for (const [name, wanted, forwarded, status] of settings) {
    test(name, async () => {
      await using upstream = await Upstream.start(json({ ok: true }));
      await using portico = await start(upstream, wanted);
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
    await using portico = await start(upstream, {
      mode: 'shadow',
      deny: ['10.0.0.0/8'],
      trustedProxies: ['127.0.0.1'],
    });
    assert.equal((await ask(portico, '10.1.1.1')).status, 200);
    const line = portico.lines.find(({ source }) => source === 'ip-filter');
    assert.equal(line?.message, 'an address would be refused');
    const { address, peer, reason } = line?.fields ?? {};
    assert.deepEqual([address, peer, reason], ['10.1.1.1', '127.0.0.1', 'in deny']);
  });
});
