// Whom a rule counts, and which requests it is about.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { compileRules, type RuleSettings, sharesOf } from '../../../plugins/rate-limit/rules.ts';
import { network } from '../../../plugins/rate-limit/subject.ts';
import type { Call } from '../../../src/core/index.ts';
import { errorsOf } from '../../support/chain.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { ask, asked, messageOf, start, usage, used } from './limited.ts';

const limits = { requests: '1/m' };

function callOf(changes: Partial<Call> & { model?: string | undefined }): Call {
  const { model = 'gpt-5-pro' } = changes;
  return {
    operation: 'chat',
    route: 'root',
    clientIp: '192.0.2.7',
    key: { name: 'ci', limits: [] },
    limits: [],
    facts: async () => ({ model: 'model' in changes ? changes.model : model, stream: false, bytes: 0 }),
    candidates: async () => undefined,
    ...changes,
  } as unknown as Call;
}

async function subjects(rules: readonly RuleSettings[], changes: Parameters<typeof callOf>[0] = {}, user?: string) {
  const shares = await sharesOf(callOf(changes), compileRules(rules), async () => user);
  return shares.map(({ subject, owner }) => [subject, owner]);
}

describe('a rule', () => {
  test('counts by what it says, and speaks of it', async () => {
    const per = async (one: RuleSettings['per'], changes: Parameters<typeof callOf>[0] = {}) =>
      (await subjects([{ per: one, limits }], changes))[0];
    assert.deepEqual(await per('key'), ['rule:per key:key="ci"', 'Key ci']);
    assert.deepEqual(await per('key', { key: undefined }), ['rule:per key:ip=192.0.2.7', 'Address 192.0.2.7']);
    assert.deepEqual(await per('route'), ['rule:per route:route="root"', 'Route root']);
    assert.deepEqual(await per('model'), ['rule:per model:model="gpt-5-pro"', 'Model gpt-5-pro']);
    assert.deepEqual(await per('ip'), ['rule:per ip:ip=192.0.2.7', 'Address 192.0.2.7']);
    assert.deepEqual(await per('all'), ['rule:per all:all', 'Everybody']);
    assert.deepEqual(await per(['model', 'key']), [
      'rule:per key, model:key="ci" model="gpt-5-pro"',
      'Key ci, model gpt-5-pro',
    ]);
  });

  test('per tag counts each tag of the key for itself, and keys without tags not at all', async () => {
    const key = { name: 'ci', limits: [], routes: undefined, models: undefined, tags: ['team-a', 'eu'] };
    const told = await subjects([{ per: ['tag', 'route'], limits }], { key });
    assert.deepEqual(told, [
      ['rule:per route, tag:route="root" tag="team-a"', 'Route root, tag team-a'],
      ['rule:per route, tag:route="root" tag="eu"', 'Route root, tag eu'],
    ]);
    assert.deepEqual(await subjects([{ per: 'tag', limits }]), []);
    assert.deepEqual(await subjects([{ per: 'tag', limits }], { key: undefined }), []);
  });

  test('per user counts users of one key apart from those of another, by a short hash', async () => {
    const per = (name: string, user?: string) =>
      subjects([{ per: 'user', limits }], { key: { name, limits: [], routes: undefined, models: undefined } }, user);
    const [[subject = '', owner] = []] = await per('ci', 'ada@example.com');
    assert.match(subject, /^rule:per user:user=[\w-]{22}$/);
    assert.equal(owner, 'One user of key ci');
    assert.deepEqual(await per('ci', 'ada@example.com'), [[subject, owner]]);
    const others = [await per('cj', 'ada@example.com'), await per('ci', 'bob'), await per('ci', 'x'.repeat(100_000))];
    assert.equal(new Set([subject, ...others.map(([[other = ''] = []]) => other)]).size, 4);
    assert.deepEqual(await per('ci'), [['rule:per user:key="ci"', 'Key ci']]);
    assert.deepEqual(await subjects([{ per: 'user', limits }], { key: undefined }, 'ada'), [
      ['rule:per user:ip=192.0.2.7', 'Address 192.0.2.7'],
    ]);
  });

  test('with a name goes by it', async () => {
    const [[subject, owner] = []] = await subjects([{ name: 'burst', per: 'ip', limits }]);
    assert.deepEqual([subject, owner], ['rule:burst:ip=192.0.2.7', 'Rule burst (address 192.0.2.7)']);
  });

  test('about models is about those only', async () => {
    const about = async (models: readonly string[], model: string | undefined) =>
      (await subjects([{ per: 'all', models, limits }], { model })).length === 1;
    assert.equal(await about(['*-pro'], 'gpt-5-pro'), true);
    assert.equal(await about(['*-pro'], 'gpt-5-pro-mini'), false);
    assert.equal(await about(['o3', 'gpt.5*'], 'gpt-5'), false);
    assert.equal(await about(['o3', 'g**t-5'], 'gpt-5'), true);
    assert.equal(await about(['*'], undefined), false);
    assert.equal((await subjects([{ per: 'model', limits }], { model: undefined })).length, 0);
    assert.equal((await subjects([{ per: 'model', limits }], { operation: 'forward' })).length, 0);
  });

  test('that counts by model looks whether it is served first: made-up names must not fill the ledger', async () => {
    const candidates = () => Promise.reject(new Error('unknown'));
    await assert.rejects(subjects([{ per: 'model', limits }], { candidates }), /unknown/);
    assert.equal((await subjects([{ per: 'ip', limits }], { candidates })).length, 1);
  });

  test('cannot count the same as another', () => {
    const rule = (more: Partial<RuleSettings>): RuleSettings => ({ per: 'ip', limits, ...more });
    assert.throws(() => compileRules([rule({}), rule({})]), /two rules count "per ip"; give each a name/);
    assert.throws(() => compileRules([rule({ name: 'a' }), rule({ name: 'a' })]), /two rules are named "a"/);
    assert.equal(compileRules([rule({}), rule({ models: ['x'] }), rule({ name: 'b' })]).length, 3);
  });

  test('counts an IPv6 client by its /64', () => {
    assert.equal(network('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
    assert.equal(network('2001:db8::6'), '2001:db8:0:0::/64');
    assert.equal(network('::1'), '0:0:0:0::/64');
    assert.equal(network('192.0.2.7'), '192.0.2.7');
    assert.equal(network('::ffff:192.0.2.7'), '192.0.2.7');
    assert.equal(network(''), '');
  });

  test('that makes no sense is refused with a remedy', async () => {
    const errors = await errorsOf({ 'rate-limit': { rules: [{ per: 'person', limits: { requests: '60' } }] } });
    assert.ok(
      errors.some((error) => /^must be one of key, user, tag, route, model, ip, all$/.test(error)),
      errors.join('\n'),
    );
    assert.ok(
      errors.some((error) => /60\/m/.test(error)),
      errors.join('\n'),
    );
  });
});

describe('rules at the gateway', async () => {
  const upstream = await Upstream.start(json({ usage }));
  after(() => upstream[Symbol.asyncDispose]());

  test('count every address by itself, as trusted proxies name it', async () => {
    const settings = { rules: [{ per: 'ip', limits }] };
    await using portico = await start(upstream, { settings, listener: { trustedProxies: ['127.0.0.1'] } });
    const from = async (address: string) => (await ask(portico, asked, { 'x-forwarded-for': address })).status;
    assert.equal(await from('2001:db8::1'), 200);
    assert.equal(await from('2001:db8::2'), 429);
    assert.equal(await from('2001:db8:0:1::1'), 200);
    assert.equal(await from('192.0.2.1'), 200);
  });

  test('stand on the clock of the gateway, or on their own', async () => {
    const settings = {
      rules: [
        { name: 'here', per: 'all', limits: { requests: '1/day' } },
        { name: 'there', per: 'ip', limits: { requests: '1/day', timezone: 'Asia/Tokyo' } },
      ],
    };
    await using portico = await start(upstream, { settings, timezone: 'Europe/Berlin' });
    const headers = (await ask(portico)).headers;
    // Past eleven at night in Berlin, past seven in the morning in Tokyo: of two used up the later one is told.
    assert.equal(headers.get('x-ratelimit-reset-requests'), '16h46m40s');
    const told = /^Rule here \(everybody\): 1 request per day \(Europe\/Berlin\) is used up; free again in 2800 s/;
    assert.match(messageOf((await ask(portico)).text), told);
    for (const timezone of ['Europe/Berlin', 'Asia/Tokyo']) {
      const counted = (zone: string) =>
        used(portico, timezone === 'Asia/Tokyo' ? 'rule:there:ip=127.0.0.1' : 'rule:here:all', {
          requests: '1/day',
          timezone: zone,
        });
      assert.deepEqual([await counted(timezone), await counted('UTC')], [[1], [0]]);
    }
  });

  test('count every model by itself, and none that is not served', async () => {
    const rule = { name: 'models', per: 'model', limits };
    const providers = [{ name: 'up', url: upstream.url, models: { any: false, ids: { a: 'a', b: 'b' } } }];
    await using portico = await start(upstream, { settings: { rules: [rule] }, providers });
    const of = (model: string) => ask(portico, { ...asked, model });
    assert.deepEqual([(await of('a')).status, (await of('b')).status], [200, 200]);
    const over = await of('a');
    const told = 'Rule models (model a): 1 request per minute is used up; free again in 40 s.';
    assert.equal(messageOf(over.text), told);
    assert.equal((await of('made-up')).status, 404);
    assert.deepEqual(await used(portico, 'rule:models:model="made-up"', limits), [0]);
    assert.equal(portico.counts.get('plugin_rate_limit_rejected models requests'), 1);
  });
});
