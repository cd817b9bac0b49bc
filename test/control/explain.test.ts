// POST /explain and the probe of an account: what may be asked, and how that reaches the gateway.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { controlApp } from '../../src/control/app.ts';
import type { ControlPlane } from '../../src/control/plane.ts';
import type { Question } from '../../src/gateway/explain/explanation.ts';
import type { ProbeWish } from '../../src/gateway/probe/probed.ts';
import { configOf } from '../process/config.ts';

const token = 'b'.repeat(43);
const asked: (Question | ProbeWish)[] = [];
const plane = {
  settings: () => configOf('r1').control,
  tokens: () => [token],
  explain: async (question: Question) => {
    asked.push(question);
    return question.key === 'nobody'
      ? { wrong: 'There is no client key nobody.' }
      : { explanation: { revision: 'r1' } };
  },
  probe: async (wish: ProbeWish) => {
    asked.push(wish);
    return wish.account === 'none' ? { wrong: 'There is no account up/none.' } : { probed: { answered: true } };
  },
} as unknown as ControlPlane;

const server = createServer(controlApp(plane, (error) => assert.fail(String(error))));
let url: string;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());
beforeEach(() => asked.splice(0));

async function post(path: string, body: unknown = {}, authorization = `Bearer ${token}`) {
  const headers = { authorization, 'content-type': 'application/json' };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(url + path, { method: 'POST', headers, body: text });
  const told = (await answer.json()) as { error?: { message: string } };
  return { status: answer.status, told, message: told.error?.message };
}

test('what is not said is filled in', async () => {
  const { status, told } = await post('/explain', { body: { model: 'm' }, key: 'ci', headers: { 'X-Team': 'red' } });
  assert.equal(status, 200);
  assert.deepEqual(told, { revision: 'r1' });
  assert.deepEqual(asked, [
    {
      listener: undefined,
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'x-team': 'red' },
      ip: '127.0.0.1',
      key: 'ci',
      body: '{"model":"m"}',
    },
  ]);
});

test('without a body it is a GET; a body of text stays as it is, integers of any size survive', async () => {
  await post('/explain', { path: '/v1/models' });
  await post('/explain', { body: '{"seed": 12345678901234567890' });
  await post('/explain', '{"body": {"seed": 12345678901234567890}}');
  const [get, text, exact] = asked as Question[];
  assert.deepEqual([get?.method, get?.body], ['GET', undefined]);
  assert.equal(text?.body, '{"seed": 12345678901234567890');
  assert.equal(exact?.body, '{"seed":12345678901234567890}');
});

test('what cannot be asked is refused in words', async () => {
  const refused = async (body: unknown) => {
    const { status, message } = await post('/explain', body);
    return `${status} ${message}`;
  };
  assert.match(await refused('[]'), /^400 Send a JSON object/);
  assert.match(await refused({ boddy: {} }), /^400 "boddy" is not known here; known are listener, method/);
  assert.match(await refused({ path: 'v1' }), /^400 "path" must begin with a slash/);
  assert.match(await refused({ headers: ['x: y'] }), /^400 "headers" must be an object/);
  assert.match(await refused({ headers: { x: 1 } }), /^400 "headers" must be an object/);
  assert.match(await refused({ key: 5 }), /^400 "key" must be a string/);
  assert.match(await refused({ key: 'nobody' }), /^400 There is no client key nobody/);
  assert.equal((await post('/explain', {}, 'Bearer wrong')).status, 401);
});

test('an account is probed by its name, for a model where one is named', async () => {
  assert.deepEqual((await post('/accounts/up/main/probe?model=large%2Fone')).told, { answered: true });
  assert.deepEqual(asked, [{ provider: 'up', account: 'main', model: 'large/one', timeout: 10_000 }]);
  const { status, message } = await post('/accounts/up/none/probe');
  assert.deepEqual([status, message], [400, 'There is no account up/none.']);
  assert.equal((await post('/accounts/up/main/probe?model=a&model=b')).status, 400);
  assert.equal((await post('/accounts/up/main/probe', {}, 'Bearer wrong')).status, 401);
});
