// What the balancer tells of its order: the one it would take, without moving a cursor.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explained } from '../../gateway/explain/asking.ts';
import { HandClock } from '../../support/clock.ts';
import { json } from '../../support/upstream.ts';
import { balanced, body } from './balanced.ts';

const busy = json({ error: { message: 'no' } }, 429, { 'retry-after': '42' });

describe('explain', () => {
  test('tells the order by priority and turn, who is passed over, and why', async () => {
    const accounts = { a: { priority: 9 }, b: {}, c: {}, d: {} };
    const settings = { strategy: 'round-robin' };
    await using balance = await balanced({ accounts, settings, clock: new HandClock() });
    balance.answers('a', busy);
    assert.equal((await balance.ask()).status, 200);
    balance.asked();
    for (let time = 0; time < 2; time += 1) {
      const { candidates } = await explained(balance.portico, body);
      assert.deepEqual(
        candidates.map(({ account, because, skipped }) => [account, because, skipped]),
        [
          ['a', 'priority 9', 'cooling 42 s after 429'],
          ['c', 'priority 0, round-robin', undefined],
          ['d', 'priority 0, round-robin', undefined],
          ['b', 'priority 0, round-robin', undefined],
        ],
      );
    }
    assert.equal(balance.asked(), '');
    await balance.ask();
    assert.equal(balance.asked(), 'c');
  });

  test('tells the groups around an account, and where a conversation would go', async () => {
    const target = (model: string) => ({ model, weight: 1, on: undefined });
    const targets = [target('one/model-a'), target('two/model-a')];
    const models = [{ name: 'fast', strategy: 'sticky', hidden: false, targets }] as const;
    const accounts = { a: { provider: 'one' }, b: { provider: 'two' } };
    await using balance = await balanced({ accounts, wanted: { models } });
    const homes = new Set<string | undefined>();
    for (let time = 0; time < 20; time += 1) {
      const asked = { ...body, model: 'fast', prompt_cache_key: `conversation ${time}` };
      const { candidates } = await explained(balance.portico, asked);
      const [first] = candidates;
      assert.equal(first?.because, 'fast (sticky), priority 0');
      await (await balance.portico.post('/v1/chat/completions', asked)).text();
      assert.equal(balance.asked('one') + balance.asked('two'), first?.account);
      homes.add(first?.account);
    }
    assert.equal(homes.size, 2);
  });

  test('an account that is tried now would be asked where there is nobody else', async () => {
    const clock = new HandClock();
    await using balance = await balanced({ accounts: { a: {} }, clock });
    balance.answers('a', busy);
    await balance.ask();
    clock.advance(42_001);
    const { portico } = balance;
    const watch = portico.ledger.health.begin({
      provider: 'up',
      account: 'a',
      model: 'model-a',
      priority: 0,
      weight: 1,
    });
    const { candidates } = await explained(portico, body);
    watch.end();
    assert.deepEqual(
      candidates.map(({ standing, skipped }) => [standing.state, skipped]),
      [['tried', undefined]],
    );
  });
});
