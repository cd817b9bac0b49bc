// Rules that count the end users of a key: where they are named, and that nobody is taken for another.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { ask, asked, messageOf, start, startedAt, usage } from './limited.ts';

const rules = [{ per: 'user', limits: { requests: '1/m' } }];

describe('a rule per user', async () => {
  const upstream = await Upstream.start(json({ usage }));
  after(() => upstream[Symbol.asyncDispose]());

  test('finds the user in the body of every dialect', async () => {
    await using portico = await start(upstream, { settings: { rules } });
    const status = async (fields: object) => (await ask(portico, { ...asked, ...fields })).status;
    assert.equal(await status({ user: 'ada' }), 200);
    assert.equal(await status({ user: 'ada' }), 429);
    assert.equal(await status({ user: 'bob', safety_identifier: 'ada' }), 429);
    assert.equal(await status({ user: 'ada', safety_identifier: 'bob' }), 200);
    assert.equal(await status({ metadata: { note: 'x'.repeat(500), user_id: 'ada' } }), 429);
    assert.equal(await status({ metadata: { user_id: 'cyd' } }), 200);
  });

  test('finds it behind a body that comes in many pieces, and looks into no large metadata', async () => {
    await using portico = await start(upstream, { settings: { rules } });
    const messages = [{ role: 'user', content: 'é'.repeat(200_000) }];
    const status = async (metadata: object) => (await ask(portico, { ...asked, messages, metadata })).status;
    assert.equal(await status({ user_id: 'ada' }), 200);
    assert.equal(await status({ user_id: 'ada' }), 429);
    assert.equal(await status({ user_id: 'ada', note: 'x'.repeat(5000) }), 200);
    assert.equal(await status({ user_id: 'bob', note: 'x'.repeat(5000) }), 429);
  });

  test('counts the key where none is named, or what is named is no text', async () => {
    await using portico = await start(upstream, { settings: { rules } });
    assert.equal((await ask(portico)).status, 200);
    for (const fields of [
      {},
      { user: 7 },
      { user: '' },
      { user: null },
      { metadata: ['user_id'] },
      { metadata: null },
    ]) {
      const refused = await ask(portico, { ...asked, ...fields });
      assert.equal(messageOf(refused.text), 'Key test: 1 request per minute is used up; free again in 40 s.');
    }
    assert.equal((await ask(portico, { ...asked, user: 'ada' })).status, 200);
  });

  test('takes a new session of a coding agent for the same user', async () => {
    await using portico = await start(upstream, { settings: { rules } });
    const of = async (user_id: string) => (await ask(portico, { ...asked, metadata: { user_id } })).status;
    assert.equal(await of('user_0f_account_a1_session_11-22'), 200);
    assert.equal(await of('user_0f_account_a1_session_33-44'), 429);
    assert.equal(await of('{"device_id":"d","session_id":"1"}'), 200);
    assert.equal(await of('{"device_id":"d","session_id":"2"}'), 429);
    assert.equal(await of('{"device_id":'), 200);
  });

  test('believes a header first where the settings name one, and no body where they say so', async () => {
    const users = { headers: ['X-User-Id', 'x-end-user'], body: false };
    await using portico = await start(upstream, { settings: { rules, users } });
    const status = async (headers: Record<string, string>, user = 'same') =>
      (await ask(portico, { ...asked, user }, headers)).status;
    assert.equal(await status({ 'x-user-id': 'ada' }), 200);
    assert.equal(await status({ 'x-end-user': 'ada' }), 429);
    assert.equal(await status({ 'x-user-id': 'bob', 'x-end-user': 'ada' }), 200);
    assert.equal(await status({}), 200);
    assert.equal(await status({ 'x-user-id': ' ' }, 'other'), 429);
  });

  test('and per tag count together, all of them or none', async () => {
    const settings = { rules: [...rules, { per: 'tag', limits: { requests: '2/m' } }] };
    const clock = new HandClock(startedAt);
    const named = [{ name: 'a', tags: ['team'] }, { name: 'b', tags: ['team', 'eu'] }, { name: 'c' }];
    const keys = named.map((key) => ({ ...key, hash: hash('sha256', key.name, 'hex') }));
    await using portico = await start(upstream, { settings, keys }, clock);
    const as = async (name: string, user: string) =>
      (await ask(portico, { ...asked, user }, { authorization: `Bearer ${name}` })).status;
    assert.equal(await as('a', 'ada'), 200);
    assert.equal(await as('b', 'ada'), 200);
    const refused = await ask(portico, { ...asked, user: 'bob' }, { authorization: 'Bearer b' });
    assert.equal(messageOf(refused.text), 'Tag team: 2 requests per minute are used up; free again in 40 s.');
    assert.equal(await as('c', 'bob'), 200);
    clock.advance(60_000);
    assert.equal(await as('b', 'bob'), 200);
  });
});
