// Requests that are refused for who sends them use nothing of a key's limits, but count for rules that count addresses:
// whoever guesses keys is slowed down.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { chainOf } from '../../support/chain.ts';
import { HandClock } from '../../support/clock.ts';
import { TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { ask, asked, startedAt, usage, used } from './limited.ts';

const limits = { requests: '3/m', tokens: '5k/m', concurrency: 2 };
const guess = { authorization: 'Bearer sk-a-guess' };

describe('a rule before auth', async () => {
  const upstream = await Upstream.start(json({ usage }));
  after(() => upstream[Symbol.asyncDispose]());

  async function start(rule: object, clock = new HandClock(startedAt)) {
    const plugins = await chainOf({ 'rate-limit': { rules: [{ name: 'doors', ...rule }] } }, 'auth', 'balancer');
    const providers = [{ name: 'up', url: upstream.url }];
    return TestGateway.start({ providers, plugins }, clock);
  }

  async function statusesOf(portico: TestGateway, times: number, headers: Record<string, string>) {
    const found: number[] = [];
    for (let time = 0; time < times; time += 1) found.push((await ask(portico, asked, headers)).status);
    return found;
  }

  test('per ip counts requests whose key is refused', async () => {
    const clock = new HandClock(startedAt);
    await using portico = await start({ per: 'ip', limits }, clock);
    assert.deepEqual(await statusesOf(portico, 4, guess), [401, 401, 401, 429]);
    assert.deepEqual(await used(portico, 'rule:doors:ip=127.0.0.1', limits), [3, 0, 0]);
    assert.equal((await ask(portico)).status, 429);
    clock.advance(40_000);
    assert.equal((await ask(portico)).status, 200);
  });

  test('and so does a rate', async () => {
    await using portico = await start({ per: ['ip', 'route'], limits: { rate: { limit: '1/m', burst: 2 } } });
    assert.deepEqual(await statusesOf(portico, 3, guess), [401, 401, 429]);
  });

  test('per key counts them by address', async () => {
    await using portico = await start({ per: 'key', limits });
    assert.deepEqual(await statusesOf(portico, 4, guess), [401, 401, 401, 429]);
  });

  test('that counts no addresses leaves them out', async () => {
    await using portico = await start({ per: 'all', limits });
    assert.deepEqual(await statusesOf(portico, 5, guess), [401, 401, 401, 401, 401]);
    assert.deepEqual(await used(portico, 'rule:doors:all', limits), [0, 0, 0]);
  });

  test('does not count what fails for another reason', async () => {
    await using portico = await start({ per: 'ip', limits });
    const path = '/v1/chat/completions';
    for (const body of ['{"model":', { messages: [] }]) {
      const answer = await portico.post(path, body);
      await answer.text();
      assert.equal(answer.status, 400);
    }
    await portico.recorded(2);
    assert.deepEqual(await used(portico, 'rule:doors:ip=127.0.0.1', limits), [0, 0, 0]);
  });
});
